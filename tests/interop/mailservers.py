# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Postfix and a Dovecot of the test's own, on free ports of the loopback interface.

Both run in the foreground as children of the test, out of a folder that nothing else uses, and are
stopped by their process. What the system has configured is neither read nor touched.
"""
import grp
import imaplib
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import time
from pathlib import Path

from tap import Skip

SECONDS = 30
LIFETIME = 1200  # of a server whose test was killed and could not stop it
PASSWORD = "secret"
MAILDIR_DOMAIN, IMAP_DOMAIN = "maildir.test", "imap.test"
SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])

POSTFIX_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
daemon_directory = {daemons}
shlib_directory = {libraries}
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
disable_dns_lookups = yes
in_flow_delay = 0
alias_maps =
alias_database =
local_recipient_maps =
default_transport = error:no mail leaves this machine
relay_transport = error:no mail leaves this machine
virtual_mailbox_domains = {maildir_domain}, {imap_domain}
virtual_mailbox_maps = static:box/
virtual_mailbox_base = {folder}/mail
virtual_mailbox_limit = 0
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
transport_maps = inline:{{{imap_domain}=lmtp:inet:127.0.0.1:{lmtp_port}}}
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
"""
# name, type, private, whether it drops its rights, how many at most, program; none in a chroot
POSTFIX_SERVICES = (
    ("127.0.0.1:{port}", "inet", "n", "-", "-", "smtpd"),
    ("cleanup", "unix", "n", "-", "0", "cleanup"),
    ("qmgr", "unix", "n", "-", "1", "qmgr"),
    ("rewrite", "unix", "-", "-", "-", "trivial-rewrite"),
    ("bounce", "unix", "-", "-", "0", "bounce"),
    ("defer", "unix", "-", "-", "0", "bounce"),
    ("trace", "unix", "-", "-", "0", "bounce"),
    ("error", "unix", "-", "-", "-", "error"),
    ("virtual", "unix", "-", "n", "-", "virtual"),
    ("lmtp", "unix", "-", "-", "-", "lmtp"),
    ("proxymap", "unix", "-", "-", "-", "proxymap"),
    ("anvil", "unix", "-", "-", "1", "anvil"),
    ("postlog", "unix-dgram", "n", "-", "1", "postlogd"))
POSTFIX_QUEUES = ("incoming", "active", "deferred", "bounce", "defer", "corrupt", "hold", "saved",
                  "trace", "flush", "private")

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
listen = 127.0.0.1
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/box
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name):
    path = shutil.which(name, path=SYSTEM_PATH)
    if not path:
        raise Skip(f"{name} not found")
    return path


def account(name):
    try:
        return pwd.getpwnam(name)
    except KeyError:
        raise Skip(f"there is no account {name}") from None


def wait_for(what, ready):
    """What ready() returns, as soon as it is true or no longer refused."""
    end = time.monotonic() + SECONDS
    while True:
        trouble = None
        try:
            result = ready()
            if result:
                return result
        except (OSError, smtplib.SMTPException, imaplib.IMAP4.error) as error:
            trouble = error
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not after {SECONDS} s; {trouble}")
        time.sleep(0.05)


class Server:
    """One server in the foreground; log is the file it complains to."""
    name = "?"
    child = None

    @classmethod
    def require(cls):
        """Skip where it cannot be started."""
        if os.geteuid() != 0:
            raise Skip("not root, and mail servers change users")

    def __init__(self, folder):
        self.folder = folder / self.name
        self.folder.mkdir(mode=0o755)
        self.port = free_port()
        self.log = self.folder / "log"
        self.nobody = account("nobody")

    def _mail_folder(self):
        path = self.folder / "mail"
        path.mkdir()
        os.chown(path, self.nobody.pw_uid, self.nobody.pw_gid)

    def _run(self, *words):
        # a session of its own: Postfix's master signals its whole process group
        with open(self.folder / "output", "wb") as output:
            self.child = subprocess.Popen(
                [program("timeout"), str(LIFETIME), *map(str, words)], stdout=output,
                stderr=output, stdin=subprocess.DEVNULL, start_new_session=True)

    def _await(self, connect):
        def ready():
            if self.child.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self.child.returncode}\n{self.said()}")
            return connect()
        try:
            wait_for(f"{self.name} is up", ready)
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{self.said()}") from None

    def said(self):
        texts = [path.read_text(errors="replace")
                 for path in (self.folder / "output", self.log) if path.exists()]
        return "".join(texts)[-4000:]

    def close(self):
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Postfix(Server):
    """Mail for MAILDIR_DOMAIN goes into one Maildir, mail for IMAP_DOMAIN to the LMTP port.

    Both fields Delivered-To tell for whom a mail in such a Maildir was.
    """
    name = "postfix"

    def __init__(self, folder, lmtp_port):
        super().__init__(folder)
        self.log = self.folder / "maillog"
        self.maildir = self.folder / "mail" / "box"
        self.daemons = Path(self._compiled_in("daemon_directory"))
        self._make_folders(account("postfix"))
        etc = self.folder / "etc"
        (etc / "main.cf").write_text(POSTFIX_MAIN.format(
            folder=self.folder, daemons=self.daemons, uid=self.nobody.pw_uid,
            libraries=self._compiled_in("shlib_directory"), gid=self.nobody.pw_gid,
            maildir_domain=MAILDIR_DOMAIN, imap_domain=IMAP_DOMAIN, lmtp_port=lmtp_port))
        (etc / "master.cf").write_text("".join(
            f"{name.format(port=self.port)} {kind} {private} {rights} n - {most} {daemon}\n"
            for name, kind, private, rights, most, daemon in POSTFIX_SERVICES))

    def start(self):
        self._run(self.daemons / "master", "-c", self.folder / "etc", "-d")
        self._await(self._greets)

    @classmethod
    def require(cls):
        super().require()
        program("postconf")
        account("postfix")

    @staticmethod
    def _compiled_in(parameter):
        done = subprocess.run([program("postconf"), "-d", "-h", parameter], check=True,
                              capture_output=True)
        return done.stdout.decode().strip()

    def _make_folders(self, owner):
        self._mail_folder()
        spool = self.folder / "spool"
        for path in (self.folder / "etc", spool, spool / "pid"):
            path.mkdir(mode=0o755)
        for path, mode in ((self.folder / "data", 0o700), (spool / "public", 0o710),
                           (spool / "maildrop", 0o730),
                           *((spool / name, 0o700) for name in POSTFIX_QUEUES)):
            path.mkdir()
            path.chmod(mode)
            group = grp.getgrnam("postdrop").gr_gid if mode & 0o070 else owner.pw_gid
            os.chown(path, owner.pw_uid, group)

    def connect(self):
        return smtplib.SMTP("127.0.0.1", self.port, timeout=SECONDS)

    def _greets(self):
        with self.connect() as smtp:
            return smtp.noop()[0] == 250


class Dovecot(Server):
    """Takes mail by LMTP for whatever user into one Maildir, and gives it out by IMAP."""
    name = "dovecot"

    def __init__(self, folder):
        super().__init__(folder)
        self._mail_folder()
        (self.folder / "run").mkdir()
        self.lmtp_port = free_port()
        self.configuration = self.folder / "dovecot.conf"
        self.configuration.write_text(DOVECOT.format(
            folder=self.folder, password=PASSWORD, uid=self.nobody.pw_uid, port=self.port,
            gid=self.nobody.pw_gid, lmtp_port=self.lmtp_port))

    @classmethod
    def require(cls):
        super().require()
        version = subprocess.run([program("dovecot"), "--version"], check=True,
                                 capture_output=True).stdout.decode().split()[0]
        if tuple(map(int, version.split(".")[:2])) >= (2, 4):
            raise Skip(f"dovecot {version} wants another configuration than 2.3")

    def start(self):
        self._require_protocols()
        self._run(program("dovecot"), "-F", "-c", self.configuration)
        self._await(self._lets_in)

    def _require_protocols(self):
        """IMAP and LMTP are packages of their own."""
        done = subprocess.run([program("dovecot"), "-a", "-c", self.configuration],
                              capture_output=True)
        told = (done.stdout + done.stderr).decode(errors="replace")
        for protocol in ("imap", "lmtp"):
            if f"Unknown protocol: {protocol}" in told:
                raise Skip(f"dovecot has no {protocol} here")
        if done.returncode != 0:
            raise RuntimeError(f"dovecot refuses its configuration\n{told}")

    def login(self):
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=SECONDS)
        imap.login(f"somebody@{IMAP_DOMAIN}", PASSWORD)
        return imap

    def _lets_in(self):
        with self.login() as imap:
            return imap.noop()[0] == "OK"
