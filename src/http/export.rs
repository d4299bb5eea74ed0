//! Streams an export, a thousand rows at a time and no faster than the client reads. So memory use does not grow with
//! the number of rows.

use std::sync::Arc;

use actix_web::{
    HttpResponse,
    error::BlockingError,
    http::header::{self, ContentDisposition, DispositionParam, DispositionType},
    web::{self, Bytes},
};
use futures_util::stream;

use crate::{
    app::{
        self, Context,
        export::{
            ExportPermit, ExportedList,
            format::{Format, FormatError},
        },
    },
    domain::Actor,
    state::State,
};

/// In bytes. The HTTP library holds a copy until the client has read it.
const PIECE: usize = 16 * 1024;

struct Export<L: ExportedList> {
    state: web::Data<State>,
    /// The time and the policy at the start of the export.
    context: Arc<Context>,
    actor: Actor,
    list: L,
    format: Format,
    /// The last row that was sent.
    after: Option<L::Cursor>,
    is_begun: bool,
    is_done: bool,
    /// Written but not yet sent.
    rest: Bytes,
    /// Released when the client has everything or disconnects.
    _permit: ExportPermit,
}

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
enum Interruption {
    #[error(transparent)]
    Read(#[from] app::Error),
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error(transparent)]
    Thread(#[from] BlockingError),
}

/// Records the export in the audit log, then answers with the file.
pub async fn respond<L: ExportedList>(
    state: web::Data<State>,
    context: Context,
    actor: Actor,
    list: L,
    format: Format,
) -> Result<HttpResponse, app::Error> {
    let permit = state.exports.permit(&actor)?;
    let (by, about) = (actor.clone(), list.clone());
    let of_state = state.context(context.policy.clone(), context.address.clone(), context.request_id.clone());
    let mut beginning = Context { now: context.now, ..of_state };
    state.write(move |conn| about.begin(conn, &mut beginning, &by, format.extension())).await?;
    let context = Arc::new(context);

    let file = format!("{}-{}.{}", L::NAME, &context.now.to_string()[..10], format.extension());
    let (is_begun, is_done) = (false, false);
    let (after, rest) = (None, Bytes::new());
    let export = Export { state, context, actor, list, format, after, is_begun, is_done, rest, _permit: permit };
    Ok(HttpResponse::Ok()
        .content_type(format.content_type())
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(file)],
        })
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .streaming(stream::try_unfold(export, next::<L>)))
}

/// The next piece. An error aborts the answer, so that nobody mistakes a part for the whole.
async fn next<L: ExportedList>(mut export: Export<L>) -> Result<Option<(Bytes, Export<L>)>, Interruption> {
    while export.rest.is_empty() && !export.is_done {
        write_part(&mut export).await?;
    }
    let piece = export.rest.split_to(export.rest.len().min(PIECE));
    Ok((!piece.is_empty()).then_some((piece, export)))
}

/// Runs on a thread for blocking work, because it takes milliseconds.
async fn write_part<L: ExportedList>(export: &mut Export<L>) -> Result<(), Interruption> {
    let _turn = export.state.exports.wait_for_turn().await;
    let context = export.context.clone();
    let (actor, list, after) = (export.actor.clone(), export.list.clone(), export.after.take());
    let work = move |conn: &mut _| list.read_chunk(conn, &context, &actor, after.as_ref());
    let chunk = export.state.read(work).await?;
    let (format, is_first) = (export.format, !export.is_begun);
    let bytes = web::block(move || format.write(L::COLUMNS, chunk.rows, is_first)).await??;
    export.is_begun = true;
    export.is_done = chunk.last.is_none();
    export.after = chunk.last;
    export.rest = bytes.into();
    Ok(())
}
