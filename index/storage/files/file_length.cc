#include "index/storage/files/file_length.h"

#include <fcntl.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_reason.h"
#include "index/storage/files/lmdb_status.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/page_layout.h"
#include "text/abseil_text.h"

namespace muster::index {
namespace {

constexpr MDB_dbi kFreePages = 0;
constexpr uint32_t kMetaMagic = 0xBEEFC0DE;
constexpr uint32_t kMetaVersion = 1;
constexpr uint16_t kFreeListFlags = MDB_INTEGERKEY;

// A sound file may lack free pages at its end, but not this many. A damaged page could claim any number, for
// which LMDB would need more address space than there may be.
constexpr uint64_t kMostMissingPages = uint64_t{1} << 20;

// The fault of one of the meta pages of a file of `file_pages`; null when there is none.
const char* WrongIn(const char* page, uint64_t number, uint64_t file_pages) {
  const PageView view(page);
  const MetaPage meta = MetaPage::Read(page);
  if (view.number() != number || view.kind() != PageView::kMeta) return "it is no meta page";
  if (meta.magic != kMetaMagic) return "LMDB didn't write it";
  if (meta.version != kMetaVersion) return "another version of LMDB wrote it";
  if (meta.free_list.page_bytes != kPageBytes) return "its pages are of another size";
  if (meta.free_list.flags != kFreeListFlags || meta.names.flags != 0) return "its flags are not Muster's";
  if (meta.last_page >= file_pages + kMostMissingPages) return "it speaks of pages far behind its end";
  if (meta.transaction % 2 != number && meta.transaction != 0) return "it is of another commit";
  return nullptr;
}

// How many pages from `first` on are free. An entry of the free list is a count and so many page numbers.
int CountFreePages(MDB_env* env, size_t first, size_t& free_pages) {
  MDB_txn* txn = nullptr;
  if (int code = mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn); code != 0) return code;
  const absl::Cleanup end = [txn] { mdb_txn_abort(txn); };
  MDB_cursor* cursor = nullptr;
  if (int code = mdb_cursor_open(txn, kFreePages, &cursor); code != 0) return code;
  const absl::Cleanup close = [cursor] { mdb_cursor_close(cursor); };
  MDB_val key, value;
  int code = 0;
  while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
    const size_t* numbers = static_cast<const size_t*>(value.mv_data);
    if (value.mv_size < sizeof(size_t) || numbers[0] >= value.mv_size / sizeof(size_t)) return MDB_CORRUPTED;
    for (size_t i = 1; i <= numbers[0]; ++i) free_pages += numbers[i] >= first ? 1 : 0;
  }
  return code == MDB_NOTFOUND ? 0 : code;
}

absl::Status Short(const std::string& directory, size_t bytes, size_t wanted) {
  return WithReason(absl::DataLossError(absl::StrCat(directory, "/data.mdb was cut short: it has ", bytes,
                                                     " bytes and needs ", wanted, ForAbseil(kMendOfDamage))),
                    Reason::kStorageCorrupt);
}

}  // namespace

absl::Status CheckMetaPages(const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/data.mdb");
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return absl::OkStatus();
  if (file < 0) return FromLmdb(errno, absl::StrCat("opening ", path));
  const absl::Cleanup end = [file] { close(file); };
  char pages[kMetaPages * kPageBytes];
  const ssize_t bytes = pread(file, pages, sizeof(pages), 0);
  if (bytes < 0) return FromLmdb(errno, absl::StrCat("reading ", path));
  if (bytes == 0) return absl::OkStatus();
  if (static_cast<size_t>(bytes) < sizeof(pages)) return Short(directory, bytes, sizeof(pages));
  struct stat status = {};
  if (::fstat(file, &status) != 0) return FromLmdb(errno, absl::StrCat("reading ", path));
  const uint64_t file_pages = static_cast<uint64_t>(status.st_size) / kPageBytes;
  const char* wrong = WrongIn(pages, 0, file_pages);
  if (wrong == nullptr) wrong = WrongIn(pages + kPageBytes, 1, file_pages);
  // Commits alternate between the two, so they are of consecutive commits.
  const uint64_t even = MetaPage::Read(pages).transaction,
                 odd = MetaPage::Read(pages + kPageBytes).transaction;
  if (wrong == nullptr && even + 1 != odd && odd + 1 != even && even + odd != 0)
    wrong = "its meta pages are of commits that don't follow each other";
  if (wrong == nullptr) return absl::OkStatus();
  return WithReason(absl::DataLossError(absl::StrCat(path, " is damaged at its beginning: ", wrong,
                                                     ForAbseil(kMendOfDamage))),
                    Reason::kStorageCorrupt);
}

absl::Status CheckFileLength(MDB_env* env, const std::string& directory) {
  const std::string doing = absl::StrCat("opening ", directory);
  MDB_envinfo info;
  MDB_stat stat;
  struct stat file;
  int descriptor = -1;
  int code = mdb_env_get_fd(env, &descriptor);
  if (code == 0) code = mdb_env_info(env, &info);
  if (code == 0) code = mdb_env_stat(env, &stat);
  if (code == 0 && ::fstat(descriptor, &file) != 0) code = errno;
  if (code != 0) return FromLmdb(code, doing);
  const size_t bytes = static_cast<size_t>(file.st_size);
  const size_t wanted = (info.me_last_pgno + 1) * stat.ms_psize;
  if (bytes >= wanted) return absl::OkStatus();
  // Pages at the end that a transaction took and gave back are never written, so a sound file may lack free
  // pages. They are added as a hole, so that the free list can be read whatever is missing.
  if (::ftruncate(descriptor, static_cast<off_t>(wanted)) != 0) return FromLmdb(errno, doing);
  const size_t first_missing = bytes / stat.ms_psize;
  size_t free_pages = 0;
  code = CountFreePages(env, first_missing, free_pages);
  if (code == 0 && free_pages == info.me_last_pgno + 1 - first_missing) return absl::OkStatus();
  if (::ftruncate(descriptor, file.st_size) != 0) return FromLmdb(errno, doing);
  return Short(directory, bytes, wanted);
}

}  // namespace muster::index
