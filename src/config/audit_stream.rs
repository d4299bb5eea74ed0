//! Where the audit log is streamed to.

use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditStream {
    Stdout,
    File(PathBuf),
}

impl AuditStream {
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "stdout" => Ok(Self::Stdout),
            "stderr" | "-" => Err(format!(
                "LATCHKEY_AUDIT_STREAM: “{text}” is not valid: use stdout, or the path of a file. Standard error has the \
                 log"
            )),
            path if path.ends_with('/') => {
                Err(format!("LATCHKEY_AUDIT_STREAM: “{text}” is a directory: use the path of a file in it"))
            }
            path => Ok(Self::File(path.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_standard_output_or_a_file() {
        assert_eq!(AuditStream::parse("stdout"), Ok(AuditStream::Stdout));
        assert_eq!(AuditStream::parse("./stdout"), Ok(AuditStream::File("./stdout".into())));
        assert_eq!(AuditStream::parse(" audit.jsonl "), Ok(AuditStream::File("audit.jsonl".into())));
        for bad in ["stderr", "-", "/var/log/"] {
            assert!(AuditStream::parse(bad).is_err(), "{bad}");
        }
    }
}
