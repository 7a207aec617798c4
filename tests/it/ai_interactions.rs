//! `queries/ai_interactions.sql`.

use std::collections::BTreeMap;

use agent_catalog::ai_interactions::{
    AiInteractionsOfMessageRow, StoreAiInteraction, ai_interactions_of_message, ai_statistics,
    store_ai_interaction,
};
use chrono::{DateTime, Utc};
use planwright::ErrorKind;
use uuid::Uuid;

use crate::analytics::assert_close;
use crate::fixture::Database;
use crate::world::{Interaction, World, minute};

on_each_release! { migrated:
    answers_of_a_message_come_oldest_first,
    answers_without_a_message_are_refused,
    statistics_are_those_computed_from_the_rows,
}

async fn answers_of_a_message_come_oldest_first(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(1, 5, 20);
    world.insert_into(conn).await;
    let (restaurant, known) = (world.restaurant, &world.interactions[0]);
    let mut expected = vec![AiInteractionsOfMessageRow {
        id: known.id,
        model: known.model.to_owned(),
        latency_ms: known.latency_ms,
        prompt_tokens: known.prompt_tokens,
        completion_tokens: known.completion_tokens,
        confidence: known.confidence,
        created_at: known.created_at,
    }];
    for (latency_ms, confidence) in [(0, None), (i32::MAX, Some(0.0)), (1, Some(0.1 + 0.2))] {
        let answer = StoreAiInteraction {
            restaurant_id: restaurant,
            message_id: known.message_id,
            model: "large",
            latency_ms,
            prompt_tokens: 0,
            completion_tokens: i32::MAX,
            confidence,
        };
        let stored = store_ai_interaction(conn, answer).await.unwrap();
        expected.push(AiInteractionsOfMessageRow {
            id: stored.id,
            model: answer.model.to_owned(),
            latency_ms,
            prompt_tokens: answer.prompt_tokens,
            completion_tokens: answer.completion_tokens,
            confidence,
            created_at: stored.created_at,
        });
    }
    expected.sort_by_key(|row| row.created_at);

    let found = ai_interactions_of_message(conn, known.message_id, restaurant)
        .await
        .unwrap();

    assert_eq!(found, expected);
    let other = ai_interactions_of_message(conn, world.customers[0].id, restaurant)
        .await
        .unwrap();
    assert_eq!(other, []);
}

async fn answers_without_a_message_are_refused(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::sized(1, 5, 20);
    world.insert_into(conn).await;
    let right = StoreAiInteraction {
        restaurant_id: world.restaurant,
        message_id: world.messages[0].id,
        model: "large",
        latency_ms: 1,
        prompt_tokens: 1,
        completion_tokens: 1,
        confidence: Some(1.0),
    };
    store_ai_interaction(conn, right).await.unwrap();
    for (wrong, kind) in [
        (
            StoreAiInteraction {
                message_id: Uuid::nil(),
                ..right
            },
            ErrorKind::ForeignKeyViolation,
        ),
        (
            StoreAiInteraction { model: "", ..right },
            ErrorKind::CheckViolation,
        ),
        (
            StoreAiInteraction {
                latency_ms: -1,
                ..right
            },
            ErrorKind::CheckViolation,
        ),
        (
            StoreAiInteraction {
                prompt_tokens: -1,
                ..right
            },
            ErrorKind::CheckViolation,
        ),
        (
            StoreAiInteraction {
                completion_tokens: -1,
                ..right
            },
            ErrorKind::CheckViolation,
        ),
        (
            StoreAiInteraction {
                confidence: Some(1.5),
                ..right
            },
            ErrorKind::CheckViolation,
        ),
        (
            StoreAiInteraction {
                confidence: Some(f64::NAN),
                ..right
            },
            ErrorKind::CheckViolation,
        ),
    ] {
        let error = store_ai_interaction(conn, wrong).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{wrong:?}");
        assert_eq!(error.query(), Some("ai_interactions::store_ai_interaction"));
    }
}

async fn statistics_are_those_computed_from_the_rows(db: &Database) {
    let conn = &mut db.connect().await;
    let world = World::insert(conn, 14).await;
    let in_the_middle = world.interactions[world.interactions.len() / 2].created_at;
    for since in [minute(0), in_the_middle, minute(2_000_000)] {
        let mut models = by_model(&world, since);
        let found = ai_statistics(conn, world.restaurant, since).await.unwrap();
        let order: Vec<_> = found
            .iter()
            .map(|row| (-row.interactions, &row.model))
            .collect();
        assert!(order.is_sorted(), "the most used first: {order:?}");
        for row in &found {
            let rows = models
                .remove(row.model.as_str())
                .expect("a model that was used");
            assert_eq!(usize::try_from(row.interactions), Ok(rows.len()));
            let latencies: Vec<_> = rows.iter().map(|row| f64::from(row.latency_ms)).collect();
            assert_close(row.average_latency_ms, mean(&latencies).unwrap());
            assert_close(row.p95_latency_ms, percentile(latencies, 0.95));
            let sum = |of: fn(&Interaction) -> i32| -> i64 {
                rows.iter().map(|row| i64::from(of(row))).sum()
            };
            assert_eq!(row.prompt_tokens, sum(|row| row.prompt_tokens));
            assert_eq!(row.completion_tokens, sum(|row| row.completion_tokens));
            let confidences: Vec<_> = rows.iter().filter_map(|row| row.confidence).collect();
            assert_eq!(row.average_confidence.is_some(), !confidences.is_empty());
            if let (Some(found), Some(expected)) = (row.average_confidence, mean(&confidences)) {
                assert_close(found, expected);
            }
        }
        assert!(models.is_empty(), "models left out: {:?}", models.keys());
    }
    let unsure = ai_statistics(conn, world.restaurant, minute(0))
        .await
        .unwrap();
    let unsure = unsure.iter().filter(|row| row.average_confidence.is_none());
    assert_eq!(
        unsure.count(),
        1,
        "the model that never says how sure it is"
    );
}

fn by_model(world: &World, since: DateTime<Utc>) -> BTreeMap<&str, Vec<&Interaction>> {
    let mut models = BTreeMap::<_, Vec<_>>::new();
    for row in world
        .interactions
        .iter()
        .filter(|row| row.created_at >= since)
    {
        models.entry(row.model).or_default().push(row);
    }
    models
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred rows")]
fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Linear interpolation between the two nearest, as `percentile_cont` does.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few hundred rows"
)]
fn percentile(mut values: Vec<f64>, fraction: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = fraction * (values.len() - 1) as f64;
    let (below, above) = (
        values[place.floor() as usize],
        values[place.ceil() as usize],
    );
    below + (above - below) * place.fract()
}
