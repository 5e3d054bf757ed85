#include "index/storage/environment.h"

#include <fcntl.h>
#include <lmdb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "index/status_reason.h"
#include "index/storage/close_mark.h"
#include "index/storage/file_length.h"
#include "index/storage/format_version.h"
#include "index/storage/lmdb_status.h"
#include "index/storage/mapped_file.h"
#include "index/storage/seal.h"

namespace muster::index {
namespace {

// Reader slots: more than any sensible number of threads, each with a source or two.
constexpr unsigned kMaxReaders = 1022;
constexpr MDB_dbi kFreeList = 0;
constexpr MDB_dbi kDatabaseNames = 1;
// Of damage, so many sentences are reported: a file that is damaged all over says it often enough.
constexpr size_t kDamagesReported = 100;
// The map grows when more than this share is used: what is left must hold several bounded transactions.
constexpr double kFullShare = 0.8;

}  // namespace

Environment::Environment(const EnvironmentOptions& options)
    : directory_(options.directory),
      kind_(options.kind),
      max_map_size_(options.max_map_size),
      damage_found_(options.damage_found),
      guard_(absl::StrCat(options.directory, "/data.mdb"), std::max(options.map_size, options.max_map_size)) {
}

Environment::~Environment() {
  {
    MutexLock lock(mutex_);
    for (MDB_txn* idle : idle_) mdb_txn_abort(idle);
    idle_.clear();
  }
  if (env_ == nullptr) return;
  std::optional<uint64_t> sum;
  if (opened_ && damages_.empty()) {
    if (const absl::StatusOr<uint64_t> seen = guard_.LookAtNames(); seen.ok()) sum = *seen;
  }
  mdb_env_close(env_);
  if (sum.has_value()) LeaveCloseMark(directory_, *sum);
}

absl::StatusOr<std::unique_ptr<Environment>> Environment::Open(const EnvironmentOptions& options) {
  const std::string doing = absl::StrCat("opening ", options.directory);
  if (mkdir(options.directory.c_str(), 0755) != 0 && errno != EEXIST) return FromLmdb(errno, doing);
  if (absl::Status whole = CheckMetaPages(options.directory); !whole.ok()) return whole;
  std::unique_ptr<Environment> made(new Environment(options));
  if (int code = mdb_env_create(&made->env_); code != 0) return FromLmdb(code, doing);
  MDB_env* env = made->env_;
  int code = mdb_env_set_maxdbs(env, kDatabaseCount);
  if (code == 0) code = mdb_env_set_maxreaders(env, kMaxReaders);
  if (code == 0) code = mdb_env_set_mapsize(env, options.map_size);
  if (code == 0) code = mdb_env_open(env, options.directory.c_str(), MDB_NOTLS, 0644);
  if (code != 0) return FromLmdb(code, doing);
  if (absl::Status status = made->RememberMap(); !status.ok()) return status;
  const absl::StatusOr<std::optional<uint64_t>> closed = ReadCloseMark(options.directory);
  if (!closed.ok()) return closed.status();
  if (absl::Status whole = made->CheckNames(*closed); !whole.ok()) return whole;
  if (absl::Status whole = CheckFileLength(env, options.directory); !whole.ok()) return whole;
  made->CheckReaders();
  const absl::StatusOr<bool> newest = HasNewestFormat(env, made->kind_, made->directory_);
  if (!newest.ok()) return newest.status();
  if (absl::Status status = RemoveCloseMark(options.directory); !status.ok()) return status;
  if (absl::Status status = made->OpenDatabases(!*newest); !status.ok()) return status;
  made->opened_ = true;
  return made;
}

absl::Status Environment::OpenDatabases(bool write_format) {
  const std::string doing = absl::StrCat("opening the databases of ", directory_);
  MDB_txn* txn = nullptr;
  if (int code = mdb_txn_begin(env_, nullptr, 0, &txn); code != 0) return FromLmdb(code, doing);
  absl::Cleanup undo = [txn] { mdb_txn_abort(txn); };
  if (write_format) {
    MDB_dbi names;
    if (int code = mdb_dbi_open(txn, nullptr, 0, &names); code != 0) return FromLmdb(code, doing);
    const std::string record = EncodeFormat(kFormatVersion, kind_);
    MDB_val key{kFormatKey.size(), const_cast<char*>(kFormatKey.data())};
    MDB_val value{record.size(), const_cast<char*>(record.data())};
    if (int code = mdb_put(txn, names, &key, &value, 0); code != 0) return FromLmdb(code, doing);
  }
  for (const DatabaseSpec& spec : AllDatabases()) {
    if (spec.environment != kind_ || spec.since_format == 0) continue;
    MDB_dbi& handle = handles_[static_cast<size_t>(spec.id)];
    if (int code = mdb_dbi_open(txn, spec.name, MDB_CREATE, &handle); code != 0) return FromLmdb(code, doing);
    MDB_stat stat;
    if (int code = mdb_stat(txn, handle, &stat); code != 0) return FromLmdb(code, doing);
    if (stat.ms_depth == 0) guard_.Trust(spec.id);  // it is empty: all that it will hold is ours
  }
  std::move(undo).Cancel();
  return FromLmdb(mdb_txn_commit(txn), doing);
}

absl::Status Environment::RememberMap() {
  const int maps = ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (maps < 0) return FromLmdb(errno, absl::StrCat("opening ", directory_));  // out of descriptors
  ::close(maps);
  const char* begin = FindMapping(absl::StrCat(directory_, "/data.mdb"));
  if (begin == nullptr) {
    return absl::InternalError(absl::StrCat(directory_, " is open but not to be found in /proc/self/maps"));
  }
  MDB_envinfo info;
  mdb_env_info(env_, &info);
  map_begin_.store(begin, std::memory_order_relaxed);
  map_bytes_.store(info.me_mapsize, std::memory_order_relaxed);
  Attach(guard_);
  return absl::OkStatus();
}

void Environment::Attach(TreeGuard& guard) const {
  int descriptor = -1;
  mdb_env_get_fd(env_, &descriptor);
  guard.SetMap(map_begin_.load(std::memory_order_relaxed), map_size(), descriptor);
}

std::unique_ptr<TreeGuard> Environment::NewGuard() const {
  return std::make_unique<TreeGuard>(absl::StrCat(directory_, "/data.mdb"),
                                     std::max(map_size(), max_map_size_));
}

absl::Status Environment::CheckNames(std::optional<uint64_t> closed) {
  const absl::StatusOr<uint64_t> seen = guard_.LookAtNames();
  if (!seen.ok()) return seen.status();
  was_closed_ = closed == *seen;
  if (was_closed_ || !closed.has_value()) return absl::OkStatus();
  return WithReason(absl::DataLossError(absl::StrCat(
                        directory_,
                        "/data.mdb is not as it was closed: its first pages or its lists of free "
                        "pages and databases have changed since; restore the population from a backup, or, "
                        "when another program was meant to change it, remove ",
                        CloseMarkPath(directory_))),
                    Reason::kStorageCorrupt);
}

absl::Status Environment::LookAt(MDB_txn* txn, TreeGuard& guard, DatabaseId database, TreeGuard::Place place,
                                 std::string_view key, TreeGuard::Reach reach, LeafRange& leaf) {
  const std::string_view name = SpecOf(database).name;
  MDB_val name_val{name.size(), const_cast<char*>(name.data())};
  MDB_val value{0, nullptr};
  const int code = mdb_get(txn, kDatabaseNames, &name_val, &value);
  TreeRoot root;
  if (code == 0 && value.mv_size == TreeRoot::kBytes) {
    root = TreeRoot::Read(static_cast<const char*>(value.mv_data));
  } else if (code != MDB_NOTFOUND) {
    return FromLmdb(code == 0 ? MDB_CORRUPTED : code, absl::StrCat("reading ", directory_));
  }
  absl::Status seen = guard.LookAt(database, root, place, key, reach, leaf);
  return seen.ok() ? seen : Damaged(std::move(seen));
}

absl::StatusOr<std::string_view> Environment::Unseal(TreeGuard& guard, DatabaseId database,
                                                     std::string_view key, std::string_view stored) {
  const size_t seal_bytes = StoredSealBytesOf(key.size(), stored.size());
  if (stored.size() < seal_bytes) return Damaged(guard.DamagedRecord(database, key, "it has no checksum"));
  // A page that isn't in the map was made by this transaction.
  uint64_t page;
  if (seal_bytes == kLargeSealBytes && !guard.Trusts(database) && PageOf(stored.data(), page)) {
    if (absl::Status seen = guard.LookAtLarge(database, key, stored); !seen.ok())
      return Damaged(std::move(seen));
  }
  return stored.substr(seal_bytes);
}

absl::Status Environment::Damaged(absl::Status status) {
  bool is_new = false;
  {
    MutexLock lock(mutex_);
    if (damages_.size() < kDamagesReported) is_new = damages_.insert(std::string(status.message())).second;
  }
  if (is_new && damage_found_) damage_found_(status);
  return status;
}

absl::StatusOr<ReadTransaction> Environment::BeginRead() {
  EnterReader();
  MDB_txn* txn = nullptr;
  {
    MutexLock lock(mutex_);
    if (!idle_.empty()) {
      txn = idle_.back();
      idle_.pop_back();
    }
  }
  const bool renewed = txn != nullptr;
  const int code = renewed ? mdb_txn_renew(txn) : mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn);
  if (code != 0) {
    if (renewed) mdb_txn_abort(txn);
    LeaveReader();
    return FromLmdb(code, absl::StrCat("reading ", directory_));
  }
  return ReadTransaction(this, txn);
}

absl::StatusOr<WriteTransaction> Environment::BeginWrite() {
  const std::string doing = absl::StrCat("writing to ", directory_);
  MDB_txn* txn = nullptr;
  if (int code = mdb_txn_begin(env_, nullptr, 0, &txn); code != 0) return FromLmdb(code, doing);
  MDB_stat free_list;
  if (int code = mdb_stat(txn, kFreeList, &free_list); code != 0) {
    mdb_txn_abort(txn);
    return FromLmdb(code, doing);
  }
  return WriteTransaction(this, txn,
                          free_list.ms_leaf_pages + free_list.ms_branch_pages + free_list.ms_overflow_pages);
}

absl::StatusOr<bool> Environment::Grow(bool must, absl::Duration patience) {
  const size_t size = map_size();
  if (!must && static_cast<double>(used_bytes()) <= kFullShare * static_cast<double>(size)) return false;
  if (size >= max_map_size_) {
    if (!must) return false;
    return WithReason(
        absl::ResourceExhaustedError(absl::StrCat(directory_, " has reached its greatest size, ", size,
                                                  " bytes; restart the server with a larger --map-size")),
        Reason::kStorageFull);
  }
  const size_t wanted = std::min(size * 2, max_map_size_);
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(patience);
  MutexLock lock(mutex_);
  growing_ = true;
  bool in_time = true;
  while (readers_ > 0 && in_time) in_time = readers_left_.WaitUntil(mutex_, deadline);
  int code = 0;
  absl::Status remembered;
  const bool alone = readers_ == 0;
  if (alone) {
    code = mdb_env_set_mapsize(env_, wanted);
    if (code == 0) remembered = RememberMap();
  }
  growing_ = false;
  grown_.NotifyAll();
  if (code != 0) return FromLmdb(code, absl::StrCat("growing the map of ", directory_));
  if (!remembered.ok()) return remembered;
  return alone;
}

void Environment::CheckReaders() {
  int dead = 0;
  mdb_reader_check(env_, &dead);
  freed_readers_.fetch_add(static_cast<uint64_t>(dead), std::memory_order_relaxed);
}

size_t Environment::map_size() const { return map_bytes_.load(std::memory_order_relaxed); }

size_t Environment::used_bytes() const {
  MDB_envinfo info;
  MDB_stat stat;
  mdb_env_info(env_, &info);
  mdb_env_stat(env_, &stat);
  return (info.me_last_pgno + 1) * stat.ms_psize;
}

void Environment::EnterReader() {
  MutexLock lock(mutex_);
  while (growing_) grown_.Wait(mutex_);
  ++readers_;
}

void Environment::LeaveReader() {
  MutexLock lock(mutex_);
  if (--readers_ == 0 && growing_) readers_left_.NotifyAll();
}

void Environment::GiveBack(MDB_txn* reset) {
  MutexLock lock(mutex_);
  idle_.push_back(reset);
}

bool Environment::PageOf(const void* pointer, uint64_t& page) const {
  const char* begin = map_begin_.load(std::memory_order_relaxed);
  const char* at = static_cast<const char*>(pointer);
  const auto offset = reinterpret_cast<uintptr_t>(at) - reinterpret_cast<uintptr_t>(begin);
  if (offset >= map_bytes_.load(std::memory_order_relaxed)) return false;
  page = offset / kPageBytes;
  return true;
}

}  // namespace muster::index
