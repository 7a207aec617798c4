//! The script of the day: who writes, what the agent replies, and what becomes of
//! it. Names and numbers are invented.

use agent_catalog::types::FeedbackSentiment::{self, Negative, Positive};
use agent_catalog::types::MessageStatus::{self, Delivered, Failed, Read, Sent};

/// Who writes today.
pub(crate) struct Guest {
    pub(crate) number: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) name: Option<&'static str>,
    pub(crate) exchanges: &'static [Exchange],
}

/// One message and its reply.
pub(crate) struct Exchange {
    pub(crate) question: &'static str,
    pub(crate) reply: &'static str,
    /// What the model says of itself.
    pub(crate) model: &'static str,
    pub(crate) latency_ms: i32,
    /// Read and written.
    pub(crate) tokens: (i32, i32),
    pub(crate) confidence: Option<f64>,
    /// What the messenger reports of the reply, in this order.
    pub(crate) delivery: &'static [MessageStatus],
    /// Stars, and how they were meant.
    pub(crate) feedback: Option<(i16, FeedbackSentiment)>,
}

pub(crate) const GUESTS: [Guest; 4] = [
    Guest {
        number: "G-1",
        phone: "+15550100101",
        name: Some("Ana"),
        exchanges: &[
            Exchange {
                question: "Hi! A table for four tonight?",
                reply: "With pleasure. At eight?",
                model: "large",
                latency_ms: 840,
                tokens: (412, 18),
                confidence: Some(0.97),
                delivery: &[Sent, Delivered, Read],
                feedback: None,
            },
            Exchange {
                question: "Eight is perfect 🎉",
                reply: "See you at eight, Ana.",
                model: "small",
                latency_ms: 210,
                tokens: (455, 12),
                confidence: Some(0.99),
                delivery: &[Sent, Delivered, Read],
                feedback: None,
            },
            Exchange {
                question: "We will be five. Is that all right?",
                reply: "Of course, the round table is yours.",
                model: "large",
                latency_ms: 910,
                tokens: (498, 14),
                confidence: Some(0.91),
                delivery: &[Sent, Delivered, Read],
                feedback: Some((5, Positive)),
            },
        ],
    },
    Guest {
        number: "G-2",
        phone: "+15550100102",
        name: None,
        exchanges: &[Exchange {
            question: "¿Tienen menú sin gluten?",
            reply: "Sí, seis platos. ¿Le envío la carta?",
            model: "large",
            latency_ms: 1_130,
            tokens: (398, 25),
            confidence: Some(0.88),
            delivery: &[Sent, Delivered],
            feedback: None,
        }],
    },
    Guest {
        number: "G-3",
        phone: "+15550100103",
        name: Some("Ben"),
        exchanges: &[
            Exchange {
                question: "My order is an hour late.",
                reply: "I am sorry. It is on its way, and the dessert is on us.",
                model: "large",
                latency_ms: 1_720,
                tokens: (530, 41),
                confidence: None,
                delivery: &[Sent, Delivered, Read],
                feedback: Some((2, Negative)),
            },
            Exchange {
                question: "It came, and it was great. Thanks!",
                reply: "Good to hear. Enjoy!",
                model: "small",
                latency_ms: 190,
                tokens: (571, 9),
                confidence: Some(0.95),
                delivery: &[Sent, Delivered],
                feedback: Some((4, Positive)),
            },
        ],
    },
    Guest {
        number: "G-4",
        phone: "+15550100104",
        name: None,
        exchanges: &[Exchange {
            question: "Are you open on Monday?",
            reply: "On Mondays we rest. We are back on Tuesday at noon.",
            model: "small",
            latency_ms: 230,
            tokens: (377, 16),
            confidence: Some(0.93),
            delivery: &[Failed],
            feedback: None,
        }],
    },
];
