//! The frames of PostgreSQL's protocol, as far as round trips need them: where each ends, and
//! its type. Of what a frame holds only the last byte is kept: that of `ReadyForQuery` says whether
//! a transaction is open.

/// Type and length.
const HEADER: usize = 5;

/// One direction of a connection, cut into frames. Bytes may come in any pieces.
#[derive(Debug)]
pub(super) struct Frames {
    header: [u8; HEADER],
    /// How many bytes of the header are there. The first frame of a client has no type: its
    /// header begins at its second byte.
    have: usize,
    /// How many bytes of the body are still to come.
    body: usize,
    /// The last byte of the body so far.
    last: u8,
}

impl Frames {
    /// What a client sends, from its start-up packet on.
    pub(super) fn of_client() -> Self {
        Self {
            header: [0; HEADER],
            have: 1,
            body: 0,
            last: 0,
        }
    }

    /// What a server sends.
    pub(super) fn of_server() -> Self {
        Self {
            have: 0,
            ..Self::of_client()
        }
    }

    /// Takes the next bytes, and calls `ended` with the type and the last byte of each frame that
    /// ends in them; the start-up packet's type is 0.
    pub(super) fn feed(&mut self, mut bytes: &[u8], mut ended: impl FnMut(u8, u8)) {
        while !bytes.is_empty() {
            if self.have < HEADER {
                let taken = bytes.len().min(HEADER - self.have);
                let (head, rest) = bytes.split_at(taken);
                self.header[self.have..self.have + taken].copy_from_slice(head);
                self.have += taken;
                bytes = rest;
                if self.have < HEADER {
                    return;
                }
                let [_, length @ ..] = self.header;
                // The length counts itself and not the type.
                let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
                self.body = length.saturating_sub(HEADER - 1);
            } else {
                let taken = bytes.len().min(self.body);
                self.body -= taken;
                let (body, rest) = bytes.split_at(taken);
                self.last = body.last().copied().unwrap_or(self.last);
                bytes = rest;
            }
            if self.body == 0 {
                ended(self.header[0], self.last);
                *self = Self::of_server();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Frames;

    fn frame(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap();
        [&[kind][..], &length.to_be_bytes(), body].concat()
    }

    /// The types of the frames in some pieces.
    fn types(mut frames: Frames, pieces: &[&[u8]]) -> Vec<u8> {
        let mut found = Vec::new();
        for piece in pieces {
            frames.feed(piece, |kind, _| found.push(kind));
        }
        found
    }

    #[test]
    fn frames_may_be_split_at_every_byte() {
        // Bodies hold what looks like other frames.
        let frames = [
            frame(b'P', b"s1\0SELECT 1\0\0\0"),
            frame(b'S', b""),
            frame(b'Q', &frame(b'S', b"")),
            frame(b'X', b""),
        ]
        .concat();
        let start = [&12_u32.to_be_bytes()[..], &[0, 3, 0, 0, b'S', 0, 0, 0]].concat();
        let client = [start, frames.clone()].concat();
        for split in 0..=client.len() {
            let (head, tail) = client.split_at(split);
            assert_eq!(types(Frames::of_client(), &[head, tail]), b"\0PSQX");
        }
        for split in 0..=frames.len() {
            let (head, tail) = frames.split_at(split);
            assert_eq!(types(Frames::of_server(), &[head, tail]), b"PSQX");
        }
        let single: Vec<&[u8]> = client.chunks(1).collect();
        assert_eq!(types(Frames::of_client(), &single), b"\0PSQX");
    }

    #[test]
    fn what_is_no_protocol_ends_as_well() {
        let lengths = [0_u32, 3, u32::MAX];
        for length in lengths {
            let bytes = [&[b'D'][..], &length.to_be_bytes(), &[0; 8]].concat();
            types(Frames::of_server(), &[&bytes]);
        }
    }
}
