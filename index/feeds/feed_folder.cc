#include "index/feeds/feed_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "index/disk/disk_room.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "index/storage/files/durable_folder.h"
#include "index/storage/pages/keys.h"
#include "text/sentence.h"
#include "xxhash.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

constexpr char kSpecName[] = "SPEC";
constexpr char kPartSuffix[] = ".part";
constexpr std::string_view kSpecMagic = "MUSTLOAD";

// Writes the file under another name first, so that one of this name is whole.
absl::Status WriteSpec(const std::string& folder, const std::string& content) {
  std::string bytes(kSpecMagic);
  AppendU64(bytes, XXH3_64bits(content.data(), content.size()));
  bytes += content;
  const std::string path = absl::StrCat(folder, "/", kSpecName), unfinished = path + ".tmp";
  const int file = ::open(unfinished.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0666);
  int error = file < 0 ? errno : WriteAll(file, bytes);
  if (error == 0 && ::fsync(file) != 0) error = errno;
  if (file >= 0) ::close(file);
  FaultPoint("feed/spec_written");
  if (error == 0 && ::rename(unfinished.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return SyncFolder(folder);
  const std::string doing = Sentence("writing ", path);
  if (IsNoRoom(error)) return NoRoom(error, doing, folder, "the load was not begun");
  return absl::InternalError(Sentence(doing, ": ", std::strerror(error), "; look at the system's log"));
}

// Nothing when the sum is wrong.
absl::StatusOr<std::string> ReadSpec(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const size_t head = kSpecMagic.size() + 8;
  if (bytes.size() >= head && absl::StartsWith(bytes, ForAbseil(kSpecMagic))) {
    std::string content = bytes.substr(head);
    if (ReadU64(bytes.data() + kSpecMagic.size()) == XXH3_64bits(content.data(), content.size()))
      return content;
  }
  return WithReason(
      absl::DataLossError(Sentence(path, " has other bytes than were written; begin the load again")),
      Reason::kStorageCorrupt);
}

}  // namespace

absl::StatusOr<std::unique_ptr<FeedFolder>> FeedFolder::Make(const std::string& path, std::string content) {
  absl::Status made = MakeFolder(path);
  if (made.ok()) made = WriteSpec(path, content);
  if (!made.ok()) {
    RemoveFolder(path).IgnoreError();
    return made;
  }
  return std::unique_ptr<FeedFolder>(new FeedFolder(path, std::move(content)));
}

absl::StatusOr<std::unique_ptr<FeedFolder>> FeedFolder::Open(const std::string& path) {
  const std::string spec = absl::StrCat(path, "/", kSpecName);
  std::error_code error;
  if (!fs::exists(spec, error)) return nullptr;
  ASSIGN_OR_RETURN(std::string content, ReadSpec(spec));
  std::unique_ptr<FeedFolder> folder(new FeedFolder(path, std::move(content)));
  RETURN_IF_ERROR(folder->OpenParts());
  return folder;
}

absl::Status FeedFolder::OpenParts() {
  MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListFolder(path_));
  for (const std::string& name : names) {
    uint32_t number = 0;
    if (!absl::EndsWith(name, kPartSuffix)) continue;
    if (!absl::SimpleAtoi(name.substr(0, name.find('.')), &number)) continue;
    last_file_ = std::max(last_file_, number);
    const std::string path = absl::StrCat(path_, "/", name);
    ASSIGN_OR_RETURN(std::shared_ptr<PartFile> part, PartFile::Open(path));
    // A part without a batch is made again when it is fed.
    if (part == nullptr || (part->damage().ok() && part->durable().batches == 0)) {
      std::error_code error;
      fs::remove(path, error);
      continue;
    }
    parts_[part->key()] = std::move(part);
  }
  return SyncFolder(path_);
}

absl::StatusOr<std::shared_ptr<PartFile>> FeedFolder::PartToFeed(const PartKey& key) {
  MutexLock lock(mutex_);
  if (gone_) return absl::FailedPreconditionError("the load has ended; begin another");
  if (const auto found = parts_.find(key); found != parts_.end()) return found->second;
  if (parts_.size() >= kFedPartsMax) {
    return WithLimit(
        absl::ResourceExhaustedError(Sentence("a load has at most ", kFedPartsMax,
                                              " parts, attempts counted each; feed fewer, larger parts")),
        kFedPartsMax);
  }
  const std::string path = absl::StrCat(path_, "/", last_file_ + 1, kPartSuffix);
  ASSIGN_OR_RETURN(std::shared_ptr<PartFile> part, PartFile::Make(path, key));
  ++last_file_;
  parts_[key] = part;
  return part;
}

std::shared_ptr<PartFile> FeedFolder::FindPart(const PartKey& key) const {
  MutexLock lock(mutex_);
  const auto found = parts_.find(key);
  return found == parts_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<PartFile>> FeedFolder::ListParts() const {
  MutexLock lock(mutex_);
  std::vector<std::shared_ptr<PartFile>> parts;
  for (const auto& [key, part] : parts_) parts.push_back(part);
  return parts;
}

absl::Status FeedFolder::Remove() {
  MutexLock lock(mutex_);
  if (gone_) return absl::OkStatus();
  gone_ = true;
  parts_.clear();
  const std::string leaving = path_ + kLeavingSuffix;
  RETURN_IF_ERROR(RenameFolder(path_, leaving));
  FaultPoint("feed/leaving");
  return RemoveFolder(leaving);
}

}  // namespace muster::index
