//! The list as a file. It is sent while it is read, a thousand keys at a time, no faster than it is taken: however many
//! keys there are, hardly any are in memory.

use std::sync::Arc;

use actix_web::{
    HttpResponse,
    http::header::{self, ContentDisposition, DispositionParam, DispositionType},
    web::{self, Bytes},
};
use futures_util::stream;
use serde_json::{Map, Value, json};

use super::query::{self, filter_fields};
use crate::{
    app::{
        self, Context,
        api_keys::{
            export::{self, ExportPermit, Exported},
            listing::Query,
        },
    },
    domain::{Actor, ApiKey, ApiKeyId, Timestamp, api_key::listing::Position, token},
    state::State,
    web::{error::Error, visit::Visit},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
}

/// In the order of the list. The names are those of the file, in every language.
const COLUMNS: [&str; 15] = [
    "id",
    "name",
    "description",
    "key_id",
    "last4",
    "scope",
    "project",
    "owner",
    "status",
    "created_at",
    "expires_at",
    "last_used_at",
    "last_used_address",
    "revoked_at",
    "revocation_reason",
];

/// Without it spreadsheets take the file for one of an old code page, and letters beyond ASCII for others.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// In bytes. The HTTP library copies what it is given until the client takes it.
const PIECE: usize = 16 * 1024;

struct Export {
    state: web::Data<State>,
    /// All of it is as of the beginning.
    context: Arc<Context>,
    actor: Actor,
    query: Query,
    format: Format,
    /// The last key that was sent.
    after: Option<ApiKey>,
    is_begun: bool,
    is_done: bool,
    /// What is made and not sent.
    rest: Bytes,
    /// Given back when the client has all of it, or is gone.
    _permit: ExportPermit,
}

pub async fn csv(visit: Visit) -> Result<HttpResponse, Error> {
    show(visit, Format::Csv).await
}

pub async fn json(visit: Visit) -> Result<HttpResponse, Error> {
    show(visit, Format::Json).await
}

async fn show(visit: Visit, format: Format) -> Result<HttpResponse, Error> {
    let query = query::parse_whole(&visit.query_strictly()?)?;
    let (context, actor) = (visit.context(), visit.actor()?);
    Ok(begin(visit.state.clone(), context, actor, query, format, None).await?)
}

/// The answer to who may have it, which is written down before anything is given; `api_key_id` says which key asked, when
/// it was no person.
pub async fn begin(
    state: web::Data<State>,
    context: Context,
    actor: Actor,
    asked: Query,
    format: Format,
    api_key_id: Option<&ApiKeyId>,
) -> Result<HttpResponse, app::Error> {
    let permit = state.exports.permit(&actor)?;
    let query = Query { position: Position::First, ..asked };
    let mut details: Map<String, Value> =
        filter_fields(&query).into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    details.insert("format".to_owned(), Value::from(format.extension()));
    details.extend(api_key_id.map(|id| ("api_key".to_owned(), Value::from(id.as_str()))));
    let (by, about) = (actor.clone(), query.clone());
    let of_state = state.context(context.policy.clone(), context.address.clone(), context.request_id.clone());
    let mut beginning = Context { now: context.now, ..of_state };
    state.write(move |conn| export::begin(conn, &mut beginning, &by, &about, &details)).await?;
    let context = Arc::new(context);

    let file = format!("api-keys-{}.{}", &context.now.to_string()[..10], format.extension());
    let (is_begun, is_done) = (false, false);
    let (after, rest) = (None, Bytes::new());
    let export = Export { state, context, actor, query, format, after, is_begun, is_done, rest, _permit: permit };
    Ok(HttpResponse::Ok()
        .content_type(format.content_type())
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(file)],
        })
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .streaming(stream::try_unfold(export, next)))
}

/// The next piece. An error ends the answer in its middle, so that nobody takes a part for the whole.
async fn next(mut export: Export) -> Result<Option<(Bytes, Export)>, Error> {
    while export.rest.is_empty() && !export.is_done {
        make_part(&mut export).await?;
    }
    let piece = export.rest.split_to(export.rest.len().min(PIECE));
    Ok((!piece.is_empty()).then_some((piece, export)))
}

/// Neither read nor written on the thread that serves requests: a thousand keys would hold up everybody for milliseconds.
async fn make_part(export: &mut Export) -> Result<(), Error> {
    let _turn = export.state.exports.turn().await;
    let (context, now) = (export.context.clone(), export.context.now);
    let (actor, query, after) = (export.actor.clone(), export.query.clone(), export.after.take());
    let work = move |conn: &mut _| export::chunk(conn, &context, &actor, &query, after.as_ref());
    let keys = export.state.read(work).await?;
    let (format, is_first) = (export.format, !export.is_begun);
    let written = web::block(move || {
        let bytes = match format {
            Format::Csv => as_csv(&keys, now, is_first)?,
            Format::Json => as_json(&keys, now, is_first)?,
        };
        Ok::<_, Error>((bytes, keys.into_iter().last().map(|key| key.api_key)))
    });
    let (bytes, last) = written.await.map_err(|error| Error::Internal(error.into()))??;
    export.is_begun = true;
    export.is_done = last.is_none();
    export.after = last;
    export.rest = bytes.into();
    Ok(())
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
        }
    }
}

/// In the order of [`COLUMNS`]; times as in RFC 3339.
fn cells(Exported { api_key, owner, project }: &Exported, now: Timestamp) -> [Option<String>; COLUMNS.len()] {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let last = api_key.last_use.as_ref();
    [
        Some(api_key.id.to_string()),
        Some(api_key.name.as_str().to_owned()),
        Some(api_key.description.as_str().to_owned()),
        Some(format!("{}_{}", token::PREFIX, api_key.lookup)),
        Some(api_key.hint.clone()),
        Some(api_key.scope.as_str().to_owned()),
        project.clone(),
        Some(owner.clone()),
        Some(api_key.status(now).as_str().to_owned()),
        time(Some(api_key.created_at)),
        time(api_key.expires_at),
        time(last.map(|last| last.at)),
        last.and_then(|last| last.address).map(|address| address.to_string()),
        time(api_key.revoked_at),
        api_key.revocation_reason.as_ref().map(|reason| reason.as_str().to_owned()),
    ]
}

/// Rows of RFC 4180; the first ones with their header.
fn as_csv(keys: &[Exported], now: Timestamp, is_first: bool) -> Result<Vec<u8>, Error> {
    let mark = if is_first { BYTE_ORDER_MARK } else { "" };
    let terminator = ::csv::Terminator::CRLF;
    let mut writer = ::csv::WriterBuilder::new().terminator(terminator).from_writer(mark.as_bytes().to_vec());
    let failed = |error: ::csv::Error| Error::Internal(error.into());
    if is_first {
        writer.write_record(COLUMNS).map_err(failed)?;
    }
    for key in keys {
        let row = cells(key, now).map(|cell| harmless(cell.unwrap_or_default()));
        writer.write_record(row).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Error::Internal(anyhow::anyhow!("{error}")))
}

/// A spreadsheet takes what begins so for a formula, and runs it (OWASP, "CSV Injection").
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

/// A part of one array. No keys are its end.
fn as_json(keys: &[Exported], now: Timestamp, is_first: bool) -> Result<Vec<u8>, Error> {
    let object = |key: &Exported| -> Value {
        let fields = COLUMNS.into_iter().zip(cells(key, now));
        fields.map(|(name, cell)| (name.to_owned(), json!(cell))).collect::<Map<_, _>>().into()
    };
    let objects: Result<Vec<_>, _> = keys.iter().map(|key| serde_json::to_string(&object(key))).collect();
    let objects = objects.map_err(|error| Error::Internal(error.into()))?.join(",\n");
    let begin = if is_first { "[\n" } else { "" };
    let text = match (is_first, keys.is_empty()) {
        (_, true) => format!("{begin}\n]\n"),
        (true, false) => format!("{begin}{objects}"),
        (false, false) => format!(",\n{objects}"),
    };
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(bad.to_owned()), format!("'{bad}"));
        }
        for good in ["", "CI", "a=1", " =1", "'=1"] {
            assert_eq!(harmless(good.to_owned()), good);
        }
    }
}
