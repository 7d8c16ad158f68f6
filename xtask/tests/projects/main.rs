//! The command line as a person runs it: the real binary, in folders and git repositories of its own.

mod diff;
mod folder;
mod init;
