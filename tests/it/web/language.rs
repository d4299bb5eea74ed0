//! Pages in Russian: no word of another language is left in them.

mod api_keys;
