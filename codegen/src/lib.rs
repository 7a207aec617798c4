//! Planwright.
