#include "index/storage/files/lmdb_status.h"

#include <lmdb.h>

#include <cerrno>
#include <string>

#include "absl/strings/str_cat.h"
#include "index/disk/disk_room.h"
#include "index/status/status_reason.h"

namespace muster::index {

absl::Status FromLmdb(int code, std::string_view what, const std::string& path) {
  if (code == MDB_SUCCESS) return absl::OkStatus();  // without the allocation below
  const std::string doing(what);
  switch (code) {
    case MDB_MAP_FULL:
      return WithReason(absl::ResourceExhaustedError(absl::StrCat(
                            doing, ": the storage map is full; restart the server with a larger --map-size")),
                        Reason::kStorageFull);
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return NoRoom(code, doing, path, "nothing was changed, and what is stored is whole");
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_BAD_TXN:
      return WithReason(
          absl::DataLossError(absl::StrCat(doing, ": the stored file is damaged (", mdb_strerror(code),
                                           "); restore the data directory from a backup")),
          Reason::kStorageCorrupt);
    case EIO:
      return WithReason(
          absl::DataLossError(absl::StrCat(doing, ": the disk can't read or write it (", mdb_strerror(code),
                                           "); look at the system's log, and restore the data directory from "
                                           "a backup if the disk is broken")),
          Reason::kStorageCorrupt);
    case MDB_PANIC:
      return WithReason(absl::DataLossError(absl::StrCat(
                            doing,
                            ": a write to the file's first pages failed before, so no more are taken; "
                            "restart the server, and look at the system's log")),
                        Reason::kStorageCorrupt);
    case MDB_VERSION_MISMATCH:
      return absl::FailedPreconditionError(absl::StrCat(
          doing, ": the file was written by another version of LMDB; use the Muster release that wrote it"));
    case MDB_READERS_FULL:
      return absl::ResourceExhaustedError(
          absl::StrCat(doing, ": too many reads at once; try again, or run the server with fewer threads"));
    case EROFS:
      return ReadOnly(doing);
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(
          absl::StrCat(doing, ": ", mdb_strerror(code), "; give the server's user the right to write there"));
    case EMFILE:
    case ENFILE:
      return absl::ResourceExhaustedError(
          absl::StrCat(doing, ": ", mdb_strerror(code),
                       "; every population takes six: start the server with a higher limit of open files "
                       "(ulimit -Hn, or LimitNOFILE= of systemd)"));
    case ENOENT:
      return absl::NotFoundError(absl::StrCat(doing, ": there is no such directory; make it first"));
    case ENOMEM:
    case MDB_TXN_FULL:
    case MDB_CURSOR_FULL:
      return absl::ResourceExhaustedError(absl::StrCat(doing, ": ", mdb_strerror(code), "; try again"));
    case MDB_BAD_VALSIZE:
      return absl::InvalidArgumentError(absl::StrCat(doing, ": a key must have 1 to 511 bytes"));
    default:
      return absl::InternalError(absl::StrCat(doing, ": ", mdb_strerror(code), " (", code, ")"));
  }
}

}  // namespace muster::index
