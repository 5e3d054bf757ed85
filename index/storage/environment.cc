#include "index/storage/environment.h"

#include <fcntl.h>
#include <lmdb.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "index/disk/disk_room.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/files/address_space.h"
#include "index/storage/files/close_mark.h"
#include "index/storage/files/crash_mark.h"
#include "index/storage/files/file_length.h"
#include "index/storage/files/file_owner.h"
#include "index/storage/files/lmdb_status.h"
#include "index/storage/files/mapped_file.h"
#include "index/storage/format_version.h"
#include "index/storage/pages/page_meter.h"
#include "index/storage/pages/seal.h"

namespace muster::index {
namespace {

// Reader slots: more than any sensible number of threads, each with a source or two.
constexpr unsigned kMaxReaders = 1022;
constexpr MDB_dbi kFreePageTable = 0;
constexpr MDB_dbi kDatabaseNames = 1;
// The most damages that are reported: a file that is damaged all over needs no more.
constexpr size_t kDamagesReported = 100;
// The map grows when less than this is left: several bounded transactions, or a part of the map.
constexpr size_t kLeftBytes = 4 * size_t{kMaxTouchedPages} * kPageBytes;
constexpr size_t kLeftShare = 5;
// How long to wait for the open transactions when another process has made the file larger.
constexpr absl::Duration kResizePatience = absl::Milliseconds(300);

// Transactions of all environments that this thread began and has not ended. Only a hint: a transaction may
// end in another thread than the one that began it.
thread_local int open_in_this_thread = 0;

// The process's umask decides who else may read the files.
absl::Status MakeDirectory(const std::string& directory) {
  if (mkdir(directory.c_str(), 0777) == 0 || errno == EEXIST) return absl::OkStatus();
  return FromLmdb(errno, absl::StrCat("opening ", directory), directory);
}

// The size of LMDB's lock file with all reader slots; more than it needs.
constexpr off_t kLockFileBytes = 72 << 10;

// LMDB writes its lock file through a mapping, which would end the process when the disk is full. So the file
// gets all its room first. Returns 0, or errno.
int ReserveLockFile(const std::string& directory) {
  const int file = open(absl::StrCat(directory, "/lock.mdb").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) return errno;
  const int error = posix_fallocate(file, 0, kLockFileBytes);
  GiveToOwnerOf(directory, file);
  close(file);
  return error;
}

}  // namespace

Environment::Environment(const EnvironmentOptions& options)
    : directory_(options.directory),
      kind_(options.kind),
      max_map_size_(options.max_map_size),
      read_only_(options.read_only),
      damage_found_(options.damage_found),
      guard_(absl::StrCat(options.directory, "/data.mdb"), std::max(options.map_size, options.max_map_size)),
      crash_mark_(KeepMark(options.crash_mark)) {}

Environment::~Environment() {
  {
    MutexLock lock(mutex_);
    for (MDB_txn* idle : idle_) mdb_txn_abort(idle);
    idle_.clear();
  }
  if (env_ == nullptr) return;
  EnterMarked(crash_mark_);
  const absl::Cleanup closed = [this] { LeaveMarked(crash_mark_); };
  std::optional<uint64_t> sum;
  // The mark says that nothing is wrong. So an environment that was not closed the last time gets none until
  // all of it was read. A map that could not be restored can't be checked.
  const bool known_whole = damages_.empty() && (was_closed_ || guard_.TrustsAll(kind_));
  const bool mapped = map_begin_.load(std::memory_order_relaxed) != nullptr;
  if (opened_ && !read_only_ && !abandoned_ && known_whole && mapped) {
    if (const absl::StatusOr<uint64_t> seen = guard_.LookAtNames(); seen.ok()) sum = *seen;
  }
  mdb_env_close(env_);
  if (sum.has_value()) LeaveCloseMark(directory_, *sum);
}

absl::StatusOr<std::unique_ptr<Environment>> Environment::Open(const EnvironmentOptions& options) {
  if (!options.read_only) {
    RETURN_IF_ERROR(MakeDirectory(options.directory));
  }
  RETURN_IF_ERROR(CheckMetaPages(options.directory));
  std::unique_ptr<Environment> made(new Environment(options));
  EnterMarked(made->crash_mark_);
  const absl::Cleanup opened = [mark = made->crash_mark_] { LeaveMarked(mark); };
  RETURN_IF_ERROR(made->OpenFile(options));
  RETURN_IF_ERROR(made->LockFile());
  RETURN_IF_ERROR(made->RememberMap());
  ASSIGN_OR_RETURN(const std::optional<uint64_t> closed, ReadCloseMark(options.directory));
  ASSIGN_OR_RETURN(const uint64_t seen, made->guard_.LookAtNames());
  RETURN_IF_ERROR(CheckFileLength(made->env_, options.directory));
  made->CheckReaders();
  ASSIGN_OR_RETURN(const std::optional<Identity> identity,
                   ReadFormat(made->env_, made->kind_, made->directory_));
  RETURN_IF_ERROR(made->CheckClosed(closed, seen));
  if (options.read_only && !identity.has_value())
    return FromLmdb(MDB_INVALID, absl::StrCat("opening ", options.directory));
  made->identity_ = identity.value_or(options.identity != 0 ? options.identity : NewIdentity());
  if (!options.read_only) {
    RETURN_IF_ERROR(RemoveCloseMark(options.directory));
  }
  RETURN_IF_ERROR(made->OpenDatabases(!identity.has_value()));
  made->opened_ = true;
  return made;
}

absl::Status Environment::OpenFile(const EnvironmentOptions& options) {
  const std::string doing = absl::StrCat("opening ", directory_);
  int code = mdb_env_create(&env_);
  if (code == 0) code = mdb_env_set_maxdbs(env_, kDatabaseCount);
  if (code == 0) code = mdb_env_set_maxreaders(env_, kMaxReaders);
  if (code == 0) code = mdb_env_set_mapsize(env_, options.map_size);
  if (code == 0 && !read_only_) code = ReserveLockFile(directory_);
  const unsigned flags = MDB_NOTLS | (read_only_ ? MDB_RDONLY | MDB_NOLOCK : 0);
  if (code == 0) code = mdb_env_open(env_, directory_.c_str(), flags, 0666);
  return FromLmdb(code, doing, directory_);
}

absl::Status Environment::LockFile() {
  mdb_filehandle_t file = -1;
  if (int code = mdb_env_get_fd(env_, &file); code != 0)
    return FromLmdb(code, absl::StrCat("opening ", directory_));
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  if (errno != EWOULDBLOCK) return FromLmdb(errno, absl::StrCat("locking ", directory_, "/data.mdb"));
  return absl::UnavailableError(
      absl::StrCat(directory_, "/data.mdb is in use by another server; stop that one first"));
}

absl::Status Environment::OpenDatabases(bool write_format) {
  const std::string doing = absl::StrCat("opening the databases of ", directory_);
  MDB_txn* txn = nullptr;
  if (int code = mdb_txn_begin(env_, nullptr, read_only_ ? MDB_RDONLY : 0, &txn); code != 0)
    return FromLmdb(code, doing);
  absl::Cleanup undo = [txn] { mdb_txn_abort(txn); };
  if (write_format) {
    MDB_dbi names;
    if (int code = mdb_dbi_open(txn, nullptr, 0, &names); code != 0) return FromLmdb(code, doing);
    const std::string record = EncodeFormat(kFormatVersion, kind_, identity_);
    MDB_val key{kFormatKey.size(), const_cast<char*>(kFormatKey.data())};
    MDB_val value{record.size(), const_cast<char*>(record.data())};
    if (int code = mdb_put(txn, names, &key, &value, 0); code != 0) return FromLmdb(code, doing);
  }
  for (const DatabaseSpec& spec : AllDatabases()) {
    if (spec.environment != kind_) continue;
    MDB_dbi& handle = handles_[static_cast<size_t>(spec.id)];
    const int code = mdb_dbi_open(txn, spec.name, read_only_ ? 0 : MDB_CREATE, &handle);
    if (code != 0) return FromLmdb(code == MDB_NOTFOUND ? MDB_CORRUPTED : code, doing);
    MDB_stat stat;
    if (int code = mdb_stat(txn, handle, &stat); code != 0) return FromLmdb(code, doing);
    if (stat.ms_depth == 0) guard_.Trust(spec.id);  // it is empty: this process will write all that it holds
  }
  std::move(undo).Cancel();
  return FromLmdb(mdb_txn_commit(txn), doing, directory_);
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

absl::Status Environment::CheckClosed(std::optional<uint64_t> closed, uint64_t seen) {
  was_closed_ = closed == seen;
  if (was_closed_ || !closed.has_value()) return absl::OkStatus();
  return WithReason(absl::DataLossError(absl::StrCat(
                        directory_,
                        "/data.mdb is not as it was closed: its first pages or its lists of free "
                        "pages and databases have changed since; restore the population from a backup, or, "
                        "when another program was meant to change it, remove ",
                        CloseMarkPath(directory_))),
                    Reason::kStorageCorrupt);
}

absl::Status Environment::LookAt(MDB_txn* txn, TreeGuard& guard, const TreeGuard::SoughtLeaf& sought,
                                 LeafRange& leaf) {
  const std::string_view name = SpecOf(sought.database).name;
  MDB_val name_val{name.size(), const_cast<char*>(name.data())};
  MDB_val value{0, nullptr};
  const int code = mdb_get(txn, kDatabaseNames, &name_val, &value);
  TreeRoot root;
  if (code == 0 && value.mv_size == TreeRoot::kBytes) {
    root = TreeRoot::Read(static_cast<const char*>(value.mv_data));
  } else if (code != MDB_NOTFOUND) {
    return FromLmdb(code == 0 ? MDB_CORRUPTED : code, absl::StrCat("reading ", directory_));
  }
  absl::Status seen = guard.LookAt(sought, root, leaf);
  return seen.ok() ? seen : Damaged(std::move(seen));
}

absl::StatusOr<std::string_view> Environment::Unseal(TreeGuard& guard, DatabaseId database,
                                                     std::string_view key, std::string_view stored,
                                                     bool check_large) {
  const size_t seal_bytes = StoredSealBytesOf(key.size(), stored.size());
  if (stored.size() < seal_bytes) return Damaged(guard.DamagedRecord(database, key, "it has no checksum"));
  // A page that isn't in the map was made by this transaction.
  uint64_t page;
  const bool is_large = seal_bytes == kLargeSealBytes;
  if (is_large && check_large && !guard.Trusts(database) && PageOf(stored.data(), page)) {
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

int Environment::Begin(unsigned flags, MDB_txn*& txn) {
  // Another program that has the file open may have grown it. The map then takes the file's size, once all
  // transactions have ended.
  constexpr int kAttempts = 5;
  int code = MDB_MAP_RESIZED;
  for (int attempt = 0; attempt < kAttempts && code == MDB_MAP_RESIZED; ++attempt) {
    if (attempt > 0 && !Resize(0, kResizePatience).ok()) return code;
    EnterTransaction();
    // There is no map only when it could not be restored (see Resize).
    if (map_begin_.load(std::memory_order_relaxed) == nullptr) {
      code = ENOMEM;
    } else {
      code = txn != nullptr ? mdb_txn_renew(txn) : mdb_txn_begin(env_, nullptr, flags, &txn);
    }
    if (code != 0) LeaveTransaction();
  }
  return code;
}

absl::StatusOr<ReadTransaction> Environment::BeginRead() {
  MDB_txn* txn = nullptr;
  {
    MutexLock lock(mutex_);
    if (!idle_.empty()) {
      txn = idle_.back();
      idle_.pop_back();
    }
  }
  const bool renewed = txn != nullptr;
  if (const int code = Begin(MDB_RDONLY, txn); code != 0) {
    if (renewed) mdb_txn_abort(txn);
    return FromLmdb(code, absl::StrCat("reading ", directory_));
  }
  return ReadTransaction(this, txn);
}

absl::StatusOr<WriteTransaction> Environment::BeginWrite() {
  const std::string doing = absl::StrCat("writing to ", directory_);
  if (read_only_) return ReadOnly(doing);
  MDB_txn* txn = nullptr;
  if (const int code = Begin(0, txn); code != 0) return FromLmdb(code, doing);
  MDB_stat free_list;
  if (int code = mdb_stat(txn, kFreePageTable, &free_list); code != 0) {
    mdb_txn_abort(txn);
    LeaveTransaction();
    return FromLmdb(code, doing);
  }
  return WriteTransaction(this, txn,
                          free_list.ms_leaf_pages + free_list.ms_branch_pages + free_list.ms_overflow_pages);
}

bool Environment::HasLittleLeft(size_t size) const {
  const size_t used = used_bytes();
  const size_t left = used < size ? size - used : 0;
  return left < std::max(size / kLeftShare, kLeftBytes);
}

absl::StatusOr<bool> Environment::Grow(bool must, absl::Duration patience) {
  if (read_only_) return false;
  const size_t size = map_size();
  const auto now = std::chrono::steady_clock::now();
  if (!must && (size >= max_map_size_ || now < next_growth_ || !HasLittleLeft(size))) return false;
  if (size >= max_map_size_) {
    return WithReason(
        absl::ResourceExhaustedError(absl::StrCat(directory_, " has reached its greatest size, ", size,
                                                  " bytes; restart the server with a larger --map-size")),
        Reason::kStorageFull);
  }
  next_growth_ = now + 2 * absl::ToChronoNanoseconds(patience);
  return Resize(std::min(size * 2, max_map_size_), patience);
}

absl::StatusOr<bool> Environment::Resize(size_t size, absl::Duration patience) {
  // LMDB unmaps the old map before it makes the new one, so the address space is checked first.
  if (absl::Status room = CheckAddressSpace(size != 0 ? size : map_size()); !room.ok())
    return WithReason(room, Reason::kStorageFull);
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(patience);
  MutexLock lock(mutex_);
  while (growing_) grown_.Wait(mutex_);
  growing_ = true;
  bool in_time = true;
  while (transactions_ > 0 && in_time) in_time = all_left_.WaitUntil(mutex_, deadline);
  const bool alone = transactions_ == 0;
  absl::Status resized;
  if (alone) {
    resized = FromLmdb(mdb_env_set_mapsize(env_, size), absl::StrCat("growing the map of ", directory_));
    map_begin_.store(nullptr, std::memory_order_relaxed);
    if (resized.ok()) resized = RememberMap();
  }
  growing_ = false;
  grown_.NotifyAll();
  RETURN_IF_ERROR(resized);
  return alone;
}

void Environment::Abandon() {
  abandoned_ = true;
  AbandonMark(crash_mark_);
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

absl::StatusOr<uint64_t> Environment::RoomBytes(uint64_t enough) {
  const uint64_t unused = max_map_size_ - std::min(max_map_size_, used_bytes());
  if (unused >= enough) return unused;
  ASSIGN_OR_RETURN(const ReadTransaction view, BeginRead());
  const std::string doing = absl::StrCat("reading the free pages of ", directory_);
  MDB_cursor* cursor = nullptr;
  if (const int code = mdb_cursor_open(view.txn_, kFreePageTable, &cursor); code != 0)
    return FromLmdb(code, doing);
  const absl::Cleanup close = [cursor] { mdb_cursor_close(cursor); };
  uint64_t free_pages = 0;
  MDB_val key, value;
  int code = 0;
  // An entry of the list is a count and so many page numbers.
  while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
    size_t count = 0;
    if (value.mv_size < sizeof(count)) return FromLmdb(MDB_CORRUPTED, doing);
    std::memcpy(&count, value.mv_data, sizeof(count));
    free_pages += count;
  }
  if (code != MDB_NOTFOUND) return FromLmdb(code, doing);
  return unused + free_pages * kPageBytes;
}

uint64_t Environment::disk_bytes() const {
  mdb_filehandle_t file = -1;
  struct stat status = {};
  if (mdb_env_get_fd(env_, &file) != 0 || fstat(file, &status) != 0) return 0;
  return static_cast<uint64_t>(status.st_blocks) * 512;
}

void Environment::EnterTransaction() {
  EnterMarked(crash_mark_);
  MutexLock lock(mutex_);
  // Growing waits for the transactions of threads like this one, so holding it back would be a deadlock.
  while (growing_ && !(open_in_this_thread > 0 && transactions_ > 0)) grown_.Wait(mutex_);
  ++transactions_;
  ++open_in_this_thread;
}

void Environment::LeaveTransaction() {
  LeaveMarked(crash_mark_);
  MutexLock lock(mutex_);
  --open_in_this_thread;
  if (--transactions_ == 0 && growing_) all_left_.NotifyAll();
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
