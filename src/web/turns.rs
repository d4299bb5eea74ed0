//! Pages take turns: a thread works on one page at a time, and looks for new requests before it goes on to the next.
//! So a verification waits for at most one page, however many people ask for pages at the same moment.

use std::{
    future::{Future as _, poll_fn},
    mem,
    pin::pin,
    sync::Arc,
    task::Poll,
};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    rt,
};
use tokio::{sync::Semaphore, task::yield_now};

/// The turns of one thread.
#[derive(Clone, Debug)]
pub struct PageTurns(Arc<Semaphore>);

impl Default for PageTurns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

/// Middleware. A page has its turn until it waits for something, such as the database, and needs another one after it.
pub async fn take<B: MessageBody>(
    turns: PageTurns,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut page = pin!(next.call(request));
    loop {
        let turn = turns.0.clone().acquire_owned().await;
        let progress = poll_fn(|cx| Poll::Ready(page.as_mut().poll(cx))).await;
        rt::spawn(async {
            // Returns after the thread has done what was ready, and has looked for new requests.
            yield_now().await;
            drop(turn);
        });
        match progress {
            Poll::Ready(answer) => return answer,
            Poll::Pending => until_woken().await,
        }
    }
}

async fn until_woken() {
    let mut is_first = true;
    poll_fn(|_| if mem::take(&mut is_first) { Poll::Pending } else { Poll::Ready(()) }).await;
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, io::Write as _, os::unix::net::UnixStream as Sender, rc::Rc};

    use actix_web::{App, HttpResponse, middleware::from_fn, test, web};
    use futures_util::future::join_all;
    use tokio::net::UnixStream;

    use super::*;

    /// How many of 20 pages were made before the thread saw what arrived during the first one.
    async fn pages_made_before_it_is_seen(turns: Option<PageTurns>) -> usize {
        let (receiver, sender) = UnixStream::pair().unwrap();
        let sender: Sender = sender.into_std().unwrap();
        let made = Rc::new(Cell::new(0));
        let page = {
            let made = made.clone();
            move || {
                made.set(made.get() + 1);
                let arrival = if made.get() == 1 { (&sender).write_all(b"?") } else { Ok(()) };
                async move { arrival.map(|()| HttpResponse::Ok().finish()) }
            }
        };
        let page = Rc::new(page);
        let app = App::new().service(web::scope("").default_service(web::to(move || page())).wrap(from_fn(
            move |request, next: Next<_>| {
                let turns = turns.clone();
                async move {
                    match turns {
                        Some(turns) => take(turns, request, next).await,
                        None => next.call(request).await,
                    }
                }
            },
        )));
        let app = Rc::new(test::init_service(app).await);
        let seen = rt::spawn(async move {
            receiver.readable().await.unwrap();
            made.get()
        });
        // Waits for the socket before the first page is made.
        yield_now().await;
        let ask = |_| {
            let app = app.clone();
            rt::spawn(
                async move { test::call_service(&*app, test::TestRequest::default().to_request()).await.status() },
            )
        };
        let answers = join_all((0..20).map(ask)).await;
        assert!(answers.into_iter().all(|status| status.unwrap().is_success()));
        seen.await.unwrap()
    }

    #[actix_web::test]
    async fn what_arrives_is_seen_after_one_page() {
        assert_eq!(pages_made_before_it_is_seen(Some(PageTurns::default())).await, 1);
        assert_eq!(pages_made_before_it_is_seen(None).await, 20, "otherwise the test shows nothing");
    }

    #[actix_web::test]
    async fn a_page_that_waits_lets_others_pass() {
        let (turns, gate) = (PageTurns::default(), Arc::new(Semaphore::new(0)));
        let page = move |path: web::Path<String>| {
            let gate = gate.clone();
            async move {
                match path.as_str() {
                    "waiting" => drop(gate.acquire().await.unwrap()),
                    _ => gate.add_permits(1),
                }
                HttpResponse::Ok().finish()
            }
        };
        let app = App::new().service(
            web::scope("")
                .route("/{name}", web::to(page))
                .wrap(from_fn(move |request, next| take(turns.clone(), request, next))),
        );
        let app = Rc::new(test::init_service(app).await);
        let ask = |path| test::call_service(&*app, test::TestRequest::with_uri(path).to_request());
        let (waiting, other) = tokio::join!(ask("/waiting"), ask("/other"));
        assert!(waiting.status().is_success() && other.status().is_success());
    }
}
