//! The triggers and policies of a table or a view.

use super::Sides;
use crate::live::description::{Policy, Relation, Trigger, display};
use crate::live::finding::Finding;
use crate::live::fix;

pub(super) fn compare(sides: &mut Sides<'_>, to: &Relation, from: &Relation) {
    for trigger in to.triggers.values() {
        match from.triggers.get(&trigger.name) {
            None => sides.push(
                of_trigger(trigger, "the database lacks ", "")
                    .note(format!("the migrations build: {}", trigger.definition))
                    .mend(fix::add_trigger(trigger)),
            ),
            Some(other) => both(sides, trigger, other),
        }
    }
    for trigger in from.triggers.values() {
        if !to.triggers.contains_key(&trigger.name) {
            sides.push(
                of_trigger(trigger, "the migrations do not make ", "")
                    .note(format!("the database has: {}", trigger.definition))
                    .mend(fix::drop_trigger(trigger)),
            );
        }
    }
    for policy in to.policies.values() {
        match from.policies.get(&policy.name) {
            None => sides.push(
                of_policy(policy, "the database lacks ", "")
                    .note(format!("the migrations build: {}", policy.definition))
                    .mend(fix::add_policy(policy)),
            ),
            Some(other) if other.definition != policy.definition => sides.push(
                of_policy(policy, "", " is another")
                    .sides(&policy.definition, &other.definition)
                    .mend(fix::change_policy(policy, other)),
            ),
            Some(_) => {}
        }
    }
    for policy in from.policies.values() {
        if !to.policies.contains_key(&policy.name) {
            sides.push(
                of_policy(policy, "the migrations do not make ", "")
                    .note(format!("the database has: {}", policy.definition))
                    .mend(fix::drop_policy(policy)),
            );
        }
    }
}

fn of_trigger(trigger: &Trigger, before: &str, behind: &str) -> Finding {
    let Trigger { table, name, .. } = trigger;
    let message = format!(
        "{before}the trigger `{name}` on `{}`{behind}",
        display(table)
    );
    Finding::error("drift-trigger", message)
        .of(table)
        .part(name)
}

fn of_policy(policy: &Policy, before: &str, behind: &str) -> Finding {
    let Policy { table, name, .. } = policy;
    let message = format!(
        "{before}the policy `{name}` on `{}`{behind}",
        display(table)
    );
    Finding::error("drift-policy", message).of(table).part(name)
}

fn both(sides: &mut Sides<'_>, to: &Trigger, from: &Trigger) {
    if to.definition != from.definition {
        sides.push(
            of_trigger(to, "", " is another")
                .sides(&to.definition, &from.definition)
                .mend(fix::change_trigger(to, from)),
        );
        return;
    }
    if to.enabled == from.enabled {
        return;
    }
    let said = |trigger: &Trigger| match trigger.enabled {
        'D' => "disabled",
        'R' => "fires on replicas only",
        'A' => "fires always",
        _ => "enabled",
    };
    let (table, name) = (&to.table, &to.name);
    let message = match from.enabled {
        'D' => format!("the trigger `{name}` on `{}` is disabled", display(table)),
        _ => format!(
            "the trigger `{name}` on `{}` fires at other times",
            display(table)
        ),
    };
    sides.push(
        Finding::error("drift-trigger-disabled", message)
            .sides(said(to), said(from))
            .of(table)
            .part(name)
            .mend(fix::enable_trigger(to)),
    );
}
