//! Answers that the application does not produce: to malformed, late or surplus requests.

use actix_web::http::{StatusCode, header};

use crate::http::headers::STRICT_TRANSPORT_SECURITY;

/// In seconds.
pub const RETRY_AFTER: &str = "1";

/// A complete HTTP/1.1 answer that ends its connection.
pub fn bytes(status: StatusCode, is_https: bool) -> Vec<u8> {
    let text = problem(status);
    let mut head = format!(
        "HTTP/1.1 {} {}\r\nconnection: close\r\ncache-control: no-store\r\ncontent-type: application/problem+json\r\n\
         x-content-type-options: nosniff\r\ncontent-length: {}\r\n",
        status.as_str(),
        status.canonical_reason().unwrap_or_default(),
        text.len(),
    );
    let mut add = |name: header::HeaderName, value: &str| {
        head.push_str(name.as_str());
        head.push_str(": ");
        head.push_str(value);
        head.push_str("\r\n");
    };
    if status == StatusCode::SERVICE_UNAVAILABLE {
        add(header::RETRY_AFTER, RETRY_AFTER);
    }
    if is_https {
        add(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY);
    }
    format!("{head}\r\n{text}").into_bytes()
}

/// The problem details of RFC 9457.
pub fn problem(status: StatusCode) -> String {
    let detail = match status {
        StatusCode::REQUEST_TIMEOUT => "The request did not arrive in time.",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "The request line and headers are larger than 32 KiB.",
        StatusCode::SERVICE_UNAVAILABLE => "Too many connections are open. Try again later.",
        StatusCode::NOT_IMPLEMENTED => "The server does not support this method.",
        StatusCode::FORBIDDEN => "Plain http is refused, because anyone on the network could read the key. Use https.",
        _ => "The request is malformed.",
    };
    let title = status.canonical_reason().unwrap_or_default();
    format!(r#"{{"title":"{title}","status":{},"detail":"{detail}"}}"#, status.as_u16())
}

/// The status of an answer that the HTTP library wrote by itself.
pub fn status_of(answer: &[u8]) -> StatusCode {
    let code = answer.strip_prefix(b"HTTP/1.").and_then(|rest| rest.get(2..5));
    code.and_then(|code| StatusCode::from_bytes(code).ok()).unwrap_or(StatusCode::BAD_REQUEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_s_status_is_read_and_the_answer_is_whole() {
        assert_eq!(status_of(b"HTTP/1.1 431 Request Header Fields Too Large\r\n\r\n").as_u16(), 431);
        assert_eq!(status_of(b"").as_u16(), 400);
        let answer = String::from_utf8(bytes(StatusCode::SERVICE_UNAVAILABLE, true)).unwrap();
        assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{answer}");
        assert!(answer.contains("\r\nretry-after: 1\r\nstrict-transport-security: max-age="), "{answer}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{answer}");
    }
}
