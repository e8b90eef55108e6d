# SPDX-License-Identifier: LGPL-2.1-or-later
"""libsmime from Python, through ctypes alone.

    load("libsmime.so.0")
    job = Protect()
    job.sign(identity)
    mail = job.run(message)

How the rules of the C interface look here:

  statuses    Whatever is not SMIME_OK is raised as Error.
  references  An object gives its one back when it goes. What C lends (`const T *` results) is
              copied, or a reference to it is taken; an Entity keeps its Parser.
  callbacks   The functions that C gets are the same for all sinks and live as long as this module.
              user_data is a number; behind it stands the Sink, until C calls destroy.
"""
import ctypes
import itertools
from ctypes import (CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_int32, c_int64, c_size_t,
                    c_uint8, c_uint32, c_uint64, c_void_p)
from typing import NamedTuple

E_INVALID_ARG, E_STATE, E_CALLBACK, E_NOT_FOUND = -102, -103, -105, -109
E_LIMIT_DEPTH, E_PASSWORD, E_CERT_UNSUITABLE, E_NO_WORK = -151, -403, -405, -602

USE_ANY, USE_SIGN, USE_ENCRYPT = 0, 1, 2
LIMIT_DEPTH = 1
CIPHER_AES_256_CBC, CIPHER_AES_256_GCM = 2, 4
DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 = 1, 2, 3
TRANSPORT_RSA_V15, TRANSPORT_RSA_OAEP = 1, 2
RELEASE_GOOD, RELEASE_UNVERIFIED, RELEASE_AT_ONCE, RELEASE_NOTHING = 0, 3, 4, 5
PART_RAW, PART_DECODED = 0, 1
DEFECT_STRUCTURAL = 2
SUMMARIES = ("UNDECIDED", "UNPROTECTED", "CONFIDENTIAL", "VERIFIED", "CONFIDENTIAL_VERIFIED",
             "INVALID", "LOCKED")
LAYER_KINDS = ("unknown", "signed", "enveloped", "auth-enveloped", "compressed", "encrypted",
               "digested", "authenticated", "data")
PATH_STATUSES = {1: "valid", 2: "invalid", 3: "indeterminate"}
SIGNER_STATUSES = {1: "good", 2: "bad", 3: "indeterminate"}
BINDING_MATCH = 1

WRITE_FUNCTION = CFUNCTYPE(c_int32, POINTER(c_uint8), c_size_t, c_void_p)
END_FUNCTION = CFUNCTYPE(None, c_void_p)  # discard and destroy

_library = None  # see load()


class Error(Exception):
    """A status below zero, and what the object that failed knows about it."""

    def __init__(self, status, detail=None):
        self.status = status
        self.name = _library.smime_status_name(status).decode()
        self.detail = detail or _library.smime_status_text(status).decode()
        super().__init__(f"{self.name}: {self.detail}")


class Handle:
    """Holds one reference to an object of the library, or a job."""
    release = None  # the name of the function that takes it back
    family = None   # smime_FAMILY_error_text, where there is one
    pointer = None

    def __init__(self, pointer):
        self.pointer = c_void_p(pointer)

    def __del__(self):
        self.close()

    def close(self):
        """Give the reference back now; again does nothing."""
        pointer, self.pointer = self.pointer, None
        if pointer:
            getattr(_library, self.release)(pointer)

    @classmethod
    def from_param(cls, value):
        """What ctypes asks of an argument type: nothing but this class goes through."""
        if value is None or isinstance(value, (cls, c_void_p)):
            return value.pointer if isinstance(value, cls) else value
        raise TypeError(f"{cls.__name__} wanted, not {type(value).__name__}")

    @classmethod
    def borrowed(cls, pointer):
        """A reference of one's own to what is only lent; None for NULL."""
        if not pointer:
            return None
        getattr(_library, cls.release.replace("_unref", "_ref"))(c_void_p(pointer))
        return cls(pointer)


def _make(function, *arguments):
    """Call a function whose last argument receives a pointer."""
    made = c_void_p()
    getattr(_library, function)(*arguments, byref(made))
    return made.value


def _text(value):
    return None if value is None else value.decode("utf-8")


class Policy(Handle):
    release = "smime_policy_unref"

    def __init__(self, preset=0, time=None, limits=()):
        super().__init__(_make("smime_policy_new", preset))
        if time is not None:
            _library.smime_policy_set_time(self, time)
        for limit, value in dict(limits).items():
            _library.smime_policy_set_limit(self, limit, value)


class Cert(Handle):
    release = "smime_cert_unref"

    @classmethod
    def read(cls, data):
        return cls(_make("smime_cert_new", data, len(data)))

    @property
    def der(self):
        length = c_size_t()
        return ctypes.string_at(_library.smime_cert_der(self, byref(length)), length.value)

    @property
    def subject(self):
        return _text(_library.smime_cert_subject(self))

    @property
    def sha256(self):
        return _text(_library.smime_cert_sha256(self))

    @property
    def validity(self):
        return _library.smime_cert_not_before(self), _library.smime_cert_not_after(self)

    @property
    def emails(self):
        return [_text(_library.smime_cert_email(self, index))
                for index in range(_library.smime_cert_email_count(self))]

    def is_for(self, address):
        return _library.smime_cert_is_for(self, address.encode())


class Identity(Handle):
    release = "smime_identity_unref"

    @property
    def cert(self):
        return Cert.borrowed(_library.smime_identity_cert(self))


class Bag(Handle):
    family, release = "bag", "smime_bag_free"

    def __init__(self, *files, password=None):
        super().__init__(_make("smime_bag_new", None))
        if password is not None:
            _library.smime_bag_add_password(self, password.encode())
        for data in files:
            _library.smime_bag_add(self, data, len(data))

    @property
    def certs(self):
        return [Cert.borrowed(_library.smime_bag_cert(self, index))
                for index in range(_library.smime_bag_cert_count(self))]

    @property
    def identities(self):
        return [Identity.borrowed(_library.smime_bag_identity(self, index))
                for index in range(_library.smime_bag_identity_count(self))]


class Store(Handle):
    release = "smime_store_unref"

    def __init__(self, anchors=(), certs=()):
        super().__init__(_make("smime_store_new"))
        for cert in anchors:
            _library.smime_store_add_anchor(self, cert)
        for cert in certs:
            _library.smime_store_add_cert(self, cert)


class Path(Handle):
    release = "smime_path_unref"

    @classmethod
    def check(cls, store, cert, use=USE_ANY, email=None, policy=None):
        email = None if email is None else email.encode()
        return cls(_make("smime_path_check", store, policy, cert, use, email))

    @property
    def status(self):
        return PATH_STATUSES[_library.smime_path_status(self)]

    @property
    def reason(self):
        return _text(_library.smime_path_reason(self))

    @property
    def text(self):
        return _text(_library.smime_path_text(self))

    @property
    def fault(self):
        return _library.smime_path_fault(self)

    @property
    def certs(self):
        return [Cert.borrowed(_library.smime_path_cert(self, index))
                for index in range(_library.smime_path_count(self))]


class Sink:
    """Receives output; write() gets bytes. What it raises ends the job and comes out there."""
    _numbers = itertools.count(1)
    _by_number = {}

    def __init__(self):
        self.destroyed = 0
        self.discarded = 0
        self.error = None

    def write(self, data):
        raise NotImplementedError

    def register(self):
        """A user_data for C."""
        number = next(Sink._numbers)
        Sink._by_number[number] = self
        return number

    @staticmethod
    @WRITE_FUNCTION
    def c_write(data, length, number):
        sink = Sink._by_number[number]
        try:
            sink.write(ctypes.string_at(data, length))
        except BaseException as error:  # nothing may pass through C
            sink.error = error
            return E_CALLBACK
        return 0

    @staticmethod
    @END_FUNCTION
    def c_discard(number):
        Sink._by_number[number].discarded += 1

    @staticmethod
    @END_FUNCTION
    def c_destroy(number):
        Sink._by_number.pop(number).destroyed += 1


class Job(Handle):
    """What takes a message in pieces."""
    sink = None

    def __init__(self, policy=None):
        super().__init__(_make(f"smime_{self.family}_new", policy))

    def _call(self, verb, *arguments):
        try:
            return getattr(_library, f"smime_{self.family}_{verb}")(self, *arguments)
        except Error as error:
            if error.status == E_CALLBACK and self.sink and self.sink.error:
                raise error from self.sink.error
            raise

    def set_sink(self, sink):
        self._call("set_sink", Sink.c_write, Sink.c_discard, sink.register(), Sink.c_destroy)
        self.sink = sink

    def write(self, data):
        """Push; how many bytes were taken."""
        taken = c_size_t()
        self._call("write", data, len(data), byref(taken))
        return taken.value

    def read(self, size):
        """Pull; empty when nothing waits."""
        buffer, got = ctypes.create_string_buffer(size), c_size_t()
        self._call("read", buffer, size, byref(got))
        return buffer.raw[:got.value]

    def finish(self):
        self._call("finish")

    def run(self, data):
        """The one-call form for memory; None where there is no content."""
        output, length = c_void_p(), c_size_t()
        self._call("buffer", data, len(data), byref(output), byref(length))
        try:
            return ctypes.string_at(output, length.value) if output else None
        finally:
            _library.smime_free(output)

    def run_fd(self, source, target):
        self._call("fd", source, target)


class Protect(Job):
    family, release = "protect", "smime_protect_free"

    def sign(self, identity):
        self._call("sign", identity)

    def encrypt_to(self, cert):
        self._call("encrypt_to", cert)

    def no_self(self):
        self._call("no_self")

    def set_opaque(self, opaque):
        self._call("set_opaque", opaque)

    def set_digest(self, digest):
        self._call("set_digest", digest)

    def set_cipher(self, cipher):
        self._call("set_cipher", cipher)

    def set_headers(self, headers):
        self._call("set_headers", headers)

    def set_legacy_display(self, repeat):
        self._call("set_legacy_display", repeat)

    def set_transport(self, transport, digest=0):
        self._call("set_transport", transport, digest)

    @property
    def notes(self):
        return [_text(_library.smime_protect_note(self, index))
                for index in range(_library.smime_protect_note_count(self))]


class Open(Job):
    family, release = "open", "smime_open_free"

    def __init__(self, store=None, identities=(), policy=None, release=RELEASE_GOOD):
        super().__init__(policy)
        self._call("use_store", store)
        for identity in identities:
            self._call("add_identity", identity)
        self._call("set_release", release)

    @property
    def report(self):
        return Report(_make("smime_open_report", self))


class Signer(NamedTuple):
    status: str
    cert: Cert
    digest: str
    signature: str
    time: int  # None when the signer claims none
    path: Path
    matches_from: bool


class Recipient(NamedTuple):
    kind: str
    algorithm: str
    opened: bool


class Layer(NamedTuple):
    kind: str
    errant: bool
    algorithm: str
    authenticated: bool
    signers: list
    recipients: list


class Report(Handle):
    release = "smime_report_unref"

    @property
    def summary(self):
        return SUMMARIES[_library.smime_report_summary(self)]

    @property
    def status(self):
        return _library.smime_report_status(self)

    @property
    def text(self):
        return _text(_library.smime_report_text(self))

    @property
    def reasons(self):
        return [(_text(_library.smime_report_reason_code(self, index)),
                 _text(_library.smime_report_reason_text(self, index)))
                for index in range(_library.smime_report_reason_count(self))]

    @property
    def from_address(self):
        return _text(_library.smime_report_from_address(self))

    @property
    def layers(self):
        return [self._layer(index) for index in range(_library.smime_report_layer_count(self))]

    @property
    def headers(self):
        return [(_text(_library.smime_report_header_name(self, index)),
                 _text(_library.smime_report_header_value(self, index)),
                 _library.smime_report_header_protection(self, index))
                for index in range(_library.smime_report_header_count(self))]

    def _layer(self, layer):
        lib = _library
        return Layer(
            LAYER_KINDS[lib.smime_report_layer_kind(self, layer)],
            bool(lib.smime_report_layer_errant(self, layer)),
            _text(lib.smime_report_layer_algorithm(self, layer)),
            bool(lib.smime_report_layer_authenticated(self, layer)),
            [self._signer(layer, index)
             for index in range(lib.smime_report_signer_count(self, layer))],
            [Recipient(_text(lib.smime_report_recipient_kind(self, layer, index)),
                       _text(lib.smime_report_recipient_algorithm(self, layer, index)),
                       bool(lib.smime_report_recipient_opened(self, layer, index)))
             for index in range(lib.smime_report_recipient_count(self, layer))])

    def _signer(self, layer, signer):
        lib, seconds = _library, c_int64()
        try:
            lib.smime_report_signer_time(self, layer, signer, byref(seconds))
        except Error as error:
            if error.status != E_NOT_FOUND:
                raise
            seconds = None
        return Signer(
            SIGNER_STATUSES[lib.smime_report_signer_status(self, layer, signer)],
            Cert.borrowed(lib.smime_report_signer_cert(self, layer, signer)),
            _text(lib.smime_report_signer_digest(self, layer, signer)),
            _text(lib.smime_report_signer_signature(self, layer, signer)),
            seconds and seconds.value,
            Path.borrowed(lib.smime_report_signer_path(self, layer, signer)),
            lib.smime_report_signer_binding(self, layer, signer) == BINDING_MATCH)


class Parser(Job):
    family, release = "parser", "smime_parser_free"

    def select(self, path, form):
        self._call("select", path.encode(), form)

    def set_sink(self, sink):  # a parser takes nothing back
        self._call("set_sink", Sink.c_write, sink.register(), Sink.c_destroy)
        self.sink = sink

    @property
    def root(self):
        return Entity.of(self, _library.smime_parser_root(self))

    def entity(self, path):
        return Entity.of(self, _library.smime_parser_entity(self, path.encode()))

    @property
    def defects(self):
        found = []
        for index in range(_library.smime_parser_defect_count(self)):
            code, kind, offset, text = c_char_p(), c_int32(), c_uint64(), c_char_p()
            _library.smime_parser_defect(self, index, byref(code), byref(kind), byref(offset),
                                         byref(text))
            found.append((_text(code.value), kind.value, offset.value, _text(text.value)))
        return found


class Entity:
    """Lent by a parser, and gone with it: so it holds the parser."""

    def __init__(self, parser, pointer):
        self.parser, self.pointer = parser, c_void_p(pointer)

    @classmethod
    def of(cls, parser, pointer):
        return cls(parser, pointer) if pointer else None

    @classmethod
    def from_param(cls, value):
        return value.pointer

    @property
    def path(self):
        return _text(_library.smime_entity_path(self))

    @property
    def type(self):
        return _text(_library.smime_entity_type(self))

    @property
    def filename(self):
        return _text(_library.smime_entity_filename(self))

    @property
    def encoding(self):
        return _text(_library.smime_entity_encoding(self))

    @property
    def span(self):
        """Where it begins and ends in the input."""
        offset = _library.smime_entity_offset(self)
        return offset, offset + _library.smime_entity_length(self)

    @property
    def decoded_length(self):
        return _library.smime_entity_decoded_length(self)

    @property
    def parameters(self):
        found = {}
        for index in range(_library.smime_entity_parameter_count(self)):
            name, value = c_char_p(), c_char_p()
            _library.smime_entity_parameter(self, index, byref(name), byref(value))
            found[_text(name.value)] = _text(value.value)
        return found

    @property
    def children(self):
        return [Entity.of(self.parser, _library.smime_entity_child(self, index))
                for index in range(_library.smime_entity_child_count(self))]


def version():
    return _library.smime_version_number(), _text(_library.smime_version_text())


def statuses():
    """Every status there is: number, name, text, category."""
    for index in itertools.count():
        status = c_int32()
        try:
            _library.smime_status_at(index, byref(status))
        except Error as error:
            assert error.status == E_NOT_FOUND
            return
        number = status.value
        yield (number, _text(_library.smime_status_name(number)),
               _text(_library.smime_status_text(number)), _library.smime_status_category(number))


# The functions in use. A result of type status is checked; int32 is a plain value.

class Status(c_int32):
    """A result that becomes an Error unless it is SMIME_OK."""


_OUT = POINTER(c_void_p)   # receives a pointer to an object or to memory
_COUNT = POINTER(c_size_t)
_TEXT = POINTER(c_char_p)  # receives a borrowed string
_DATA = (c_char_p, c_size_t)

FUNCTIONS = {
    "smime_status_category": (c_int32, c_int32),
    "smime_status_name": (c_char_p, c_int32),
    "smime_status_text": (c_char_p, c_int32),
    "smime_status_at": (Status, c_size_t, POINTER(c_int32)),
    "smime_version_number": (c_uint32,),
    "smime_version_text": (c_char_p,),
    "smime_free": (None, c_void_p),

    "smime_policy_new": (Status, c_int32, _OUT),
    "smime_policy_unref": (None, Policy),
    "smime_policy_set_time": (Status, Policy, c_int64),
    "smime_policy_set_limit": (Status, Policy, c_int32, c_uint64),

    "smime_cert_new": (Status, *_DATA, _OUT),
    "smime_cert_ref": (c_void_p, Cert),
    "smime_cert_unref": (None, Cert),
    "smime_cert_der": (c_void_p, Cert, _COUNT),
    "smime_cert_subject": (c_char_p, Cert),
    "smime_cert_sha256": (c_char_p, Cert),
    "smime_cert_not_before": (c_int64, Cert),
    "smime_cert_not_after": (c_int64, Cert),
    "smime_cert_email_count": (c_size_t, Cert),
    "smime_cert_email": (c_char_p, Cert, c_size_t),
    "smime_cert_is_for": (c_int32, Cert, c_char_p),

    "smime_identity_ref": (c_void_p, Identity),
    "smime_identity_unref": (None, Identity),
    "smime_identity_cert": (c_void_p, Identity),

    "smime_bag_new": (Status, Policy, _OUT),
    "smime_bag_free": (None, Bag),
    "smime_bag_add_password": (Status, Bag, c_char_p),
    "smime_bag_add": (Status, Bag, *_DATA),
    "smime_bag_error_text": (c_char_p, Bag),
    "smime_bag_cert_count": (c_size_t, Bag),
    "smime_bag_cert": (c_void_p, Bag, c_size_t),
    "smime_bag_identity_count": (c_size_t, Bag),
    "smime_bag_identity": (c_void_p, Bag, c_size_t),

    "smime_store_new": (Status, _OUT),
    "smime_store_unref": (None, Store),
    "smime_store_add_anchor": (Status, Store, Cert),
    "smime_store_add_cert": (Status, Store, Cert),

    "smime_path_check": (Status, Store, Policy, Cert, c_int32, c_char_p, _OUT),
    "smime_path_ref": (c_void_p, Path),
    "smime_path_unref": (None, Path),
    "smime_path_status": (c_int32, Path),
    "smime_path_reason": (c_char_p, Path),
    "smime_path_text": (c_char_p, Path),
    "smime_path_fault": (c_int32, Path),
    "smime_path_count": (c_size_t, Path),
    "smime_path_cert": (c_void_p, Path, c_size_t),

    "smime_protect_new": (Status, Policy, _OUT),
    "smime_protect_free": (None, Protect),
    "smime_protect_sign": (Status, Protect, Identity),
    "smime_protect_encrypt_to": (Status, Protect, Cert),
    "smime_protect_no_self": (Status, Protect),
    "smime_protect_set_opaque": (Status, Protect, c_int32),
    "smime_protect_set_digest": (Status, Protect, c_int32),
    "smime_protect_set_cipher": (Status, Protect, c_int32),
    "smime_protect_set_headers": (Status, Protect, c_int32),
    "smime_protect_set_legacy_display": (Status, Protect, c_int32),
    "smime_protect_set_transport": (Status, Protect, c_int32, c_int32),
    "smime_protect_set_sink": (Status, Protect, WRITE_FUNCTION, END_FUNCTION, c_void_p,
                               END_FUNCTION),
    "smime_protect_write": (Status, Protect, *_DATA, _COUNT),
    "smime_protect_read": (Status, Protect, c_char_p, c_size_t, _COUNT),
    "smime_protect_finish": (Status, Protect),
    "smime_protect_buffer": (Status, Protect, *_DATA, _OUT, _COUNT),
    "smime_protect_fd": (Status, Protect, c_int, c_int),
    "smime_protect_error_text": (c_char_p, Protect),
    "smime_protect_note_count": (c_size_t, Protect),
    "smime_protect_note": (c_char_p, Protect, c_size_t),

    "smime_open_new": (Status, Policy, _OUT),
    "smime_open_free": (None, Open),
    "smime_open_add_identity": (Status, Open, Identity),
    "smime_open_use_store": (Status, Open, Store),
    "smime_open_set_release": (Status, Open, c_int32),
    "smime_open_set_sink": (Status, Open, WRITE_FUNCTION, END_FUNCTION, c_void_p, END_FUNCTION),
    "smime_open_write": (Status, Open, *_DATA, _COUNT),
    "smime_open_read": (Status, Open, c_char_p, c_size_t, _COUNT),
    "smime_open_finish": (Status, Open),
    "smime_open_buffer": (Status, Open, *_DATA, _OUT, _COUNT),
    "smime_open_fd": (Status, Open, c_int, c_int),
    "smime_open_report": (Status, Open, _OUT),
    "smime_open_error_text": (c_char_p, Open),

    "smime_report_unref": (None, Report),
    "smime_report_summary": (c_int32, Report),
    "smime_report_status": (c_int32, Report),
    "smime_report_text": (c_char_p, Report),
    "smime_report_reason_count": (c_size_t, Report),
    "smime_report_reason_code": (c_char_p, Report, c_size_t),
    "smime_report_reason_text": (c_char_p, Report, c_size_t),
    "smime_report_from_address": (c_char_p, Report),
    "smime_report_layer_count": (c_size_t, Report),
    "smime_report_layer_kind": (c_int32, Report, c_size_t),
    "smime_report_layer_errant": (c_int32, Report, c_size_t),
    "smime_report_layer_algorithm": (c_char_p, Report, c_size_t),
    "smime_report_layer_authenticated": (c_int32, Report, c_size_t),
    "smime_report_recipient_count": (c_size_t, Report, c_size_t),
    "smime_report_recipient_kind": (c_char_p, Report, c_size_t, c_size_t),
    "smime_report_recipient_algorithm": (c_char_p, Report, c_size_t, c_size_t),
    "smime_report_recipient_opened": (c_int32, Report, c_size_t, c_size_t),
    "smime_report_signer_count": (c_size_t, Report, c_size_t),
    "smime_report_signer_status": (c_int32, Report, c_size_t, c_size_t),
    "smime_report_signer_cert": (c_void_p, Report, c_size_t, c_size_t),
    "smime_report_signer_digest": (c_char_p, Report, c_size_t, c_size_t),
    "smime_report_signer_signature": (c_char_p, Report, c_size_t, c_size_t),
    "smime_report_signer_time": (Status, Report, c_size_t, c_size_t, POINTER(c_int64)),
    "smime_report_signer_path": (c_void_p, Report, c_size_t, c_size_t),
    "smime_report_signer_binding": (c_int32, Report, c_size_t, c_size_t),
    "smime_report_header_count": (c_size_t, Report),
    "smime_report_header_name": (c_char_p, Report, c_size_t),
    "smime_report_header_value": (c_char_p, Report, c_size_t),
    "smime_report_header_protection": (c_int32, Report, c_size_t),

    "smime_parser_new": (Status, Policy, _OUT),
    "smime_parser_free": (None, Parser),
    "smime_parser_select": (Status, Parser, c_char_p, c_int32),
    "smime_parser_set_sink": (Status, Parser, WRITE_FUNCTION, c_void_p, END_FUNCTION),
    "smime_parser_write": (Status, Parser, *_DATA, _COUNT),
    "smime_parser_read": (Status, Parser, c_char_p, c_size_t, _COUNT),
    "smime_parser_finish": (Status, Parser),
    "smime_parser_error_text": (c_char_p, Parser),
    "smime_parser_root": (c_void_p, Parser),
    "smime_parser_entity": (c_void_p, Parser, c_char_p),
    "smime_parser_defect_count": (c_size_t, Parser),
    "smime_parser_defect": (Status, Parser, c_size_t, _TEXT, POINTER(c_int32),
                            POINTER(c_uint64), _TEXT),
    "smime_entity_path": (c_char_p, Entity),
    "smime_entity_type": (c_char_p, Entity),
    "smime_entity_filename": (c_char_p, Entity),
    "smime_entity_encoding": (c_char_p, Entity),
    "smime_entity_offset": (c_uint64, Entity),
    "smime_entity_length": (c_uint64, Entity),
    "smime_entity_decoded_length": (c_uint64, Entity),
    "smime_entity_parameter_count": (c_size_t, Entity),
    "smime_entity_parameter": (Status, Entity, c_size_t, _TEXT, _TEXT),
    "smime_entity_child_count": (c_size_t, Entity),
    "smime_entity_child": (c_void_p, Entity, c_size_t),
}


def _check(status, function, arguments):
    if status.value != 0:
        family = getattr(arguments[0], "family", None)
        tell = family and getattr(_library, f"smime_{family}_error_text")
        raise Error(status.value, _text(tell(arguments[0])) if tell else None)


def load(path):
    """Open the shared library. To be called once, first."""
    global _library
    _library = ctypes.CDLL(str(path))
    for name, (result, *arguments) in FUNCTIONS.items():
        function = getattr(_library, name)
        function.restype, function.argtypes = result, arguments
        if result is Status:
            function.errcheck = _check
