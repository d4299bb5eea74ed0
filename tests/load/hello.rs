//! Bare actix-web that answers everything with "hello": what Latchkey's verification is compared with.
//! `cargo run --profile dist --example hello -- 127.0.0.1:8081`

use actix_web::{App, HttpServer, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8081".to_owned());
    // Workers and the socket as in Latchkey. A body must be read, or the connection ends with the answer.
    HttpServer::new(|| App::new().default_service(web::to(|_body: web::Bytes| async { "hello" })))
        .tcp_nodelay(true)
        .bind(address)?
        .run()
        .await
}
