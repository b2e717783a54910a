"""Every error that the program raises on purpose. The message is one line that names the cause and the fix.

FindingsError
├── UsageError          the request itself is wrong (empty question, unknown option value)
│   └── ConfigError     a setting is unknown or out of range
├── ReadError           a file cannot be read as a document
│   └── UnsupportedFormat
├── StoreError          the store cannot be used
│   ├── StoreMissing     there is none at that place
│   ├── StoreMismatch    it was made with another model, passage size or format
│   ├── StoreBusy        another process is writing it
│   └── StoreUnwritable  read-only folder or full disk
├── CorpusError         a published paper cannot be fetched or kept
│   ├── AddressRefused   an address that is not asked: no web address, of a private network, with a password in it
│   └── SiteError        a site does not give what it was asked for
│       ├── SiteFalters   it may yet: an overloaded server, an answer that breaks off
│       │   └── SiteUnreached  there is no connection
│       └── LayoutChanged  a page is no longer laid out as it is read
├── HistoryError        the database of questions and answers cannot be read or written
├── ModelError          the embedding model cannot be loaded or is not what it should be
├── ConsentMissing      passages would go to another machine, and nobody has agreed to that
├── Cancelled           whoever asked has called the question off
└── BackendError        a language model gave no reply that can be used; the embedded answerer takes over
    ├── BackendUnreachable  there is no connection, or the server fails however often it is asked
    ├── BackendRefused      the server takes the request amiss: its key, the name of its model
    ├── BackendTimeout      the reply was not whole in the time allowed
    └── BackendReply        the reply is not in the form asked for, breaks off, or has no end
"""


class FindingsError(Exception):
    """Base of all errors of this program; its message may be shown to a person as it is."""


class UsageError(FindingsError):
    pass


class ConfigError(UsageError):
    pass


class ReadError(FindingsError):
    pass


class UnsupportedFormat(ReadError):
    pass


class StoreError(FindingsError):
    pass


class StoreMissing(StoreError):
    pass


class StoreMismatch(StoreError):
    pass


class StoreBusy(StoreError):
    pass


class StoreUnwritable(StoreError):
    pass


class CorpusError(FindingsError):
    pass


class AddressRefused(CorpusError):
    pass


class SiteError(CorpusError):
    pass


class SiteFalters(SiteError):
    """`wait` is how many seconds the site asks to be left alone, 0 where it does not say."""

    def __init__(self, message: str, wait: float = 0.0):
        super().__init__(message)
        self.wait = wait


class SiteUnreached(SiteFalters):
    pass


class LayoutChanged(SiteError):
    pass


class HistoryError(FindingsError):
    pass


class ModelError(FindingsError):
    pass


class ConsentMissing(FindingsError):
    pass


class Cancelled(FindingsError):
    pass


class BackendError(FindingsError):
    pass


class BackendUnreachable(BackendError):
    pass


class BackendRefused(BackendError):
    pass


class BackendTimeout(BackendError):
    pass


class BackendReply(BackendError):
    pass
