//! A minimal actix-web server that answers everything with "hello", to compare Latchkey's verification with. `cargo run
//! --profile dist --example hello -- 127.0.0.1:8081`

use actix_web::{App, HttpServer, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8081".to_owned());
    // Workers and socket as in Latchkey. The body must be read, or the connection ends with the answer.
    HttpServer::new(|| App::new().default_service(web::to(|_body: web::Bytes| async { "hello" })))
        .tcp_nodelay(true)
        .bind(address)?
        .run()
        .await
}
