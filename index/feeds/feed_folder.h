// The folder of one open load: what the load is, and the parts that were fed.
#ifndef MUSTER_INDEX_FEEDS_FEED_FOLDER_H_
#define MUSTER_INDEX_FEEDS_FEED_FOLDER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/concurrency/mutex.h"
#include "index/feeds/part_file.h"

namespace muster::index {

// The most parts of a load; another attempt counts as another part.
inline constexpr size_t kFedPartsMax = 10'000;
// The suffix of a folder that is being removed. A server removes such folders when it starts.
inline constexpr char kLeavingSuffix[] = ".unfinished";

// Thread-safe. The parts may outlive it.
class FeedFolder {
 public:
  // Makes `path`, whose parent must exist, and stores `content` in it; both are durable then. RESOURCE_EXHAUSTED,
  // kDiskFull: nothing is left.
  static absl::StatusOr<std::unique_ptr<FeedFolder>> Make(const std::string& path, std::string content);
  // Opens a folder that the last server left. Null: it was never made completely. DATA_LOSS, kStorageCorrupt: the
  // content has other bytes than were written.
  static absl::StatusOr<std::unique_ptr<FeedFolder>> Open(const std::string& path);

  FeedFolder(const FeedFolder&) = delete;
  FeedFolder& operator=(const FeedFolder&) = delete;

  const std::string& content() const { return content_; }
  // The part, which is made if it isn't there. RESOURCE_EXHAUSTED: kLimit, kDiskFull. FAILED_PRECONDITION: the folder
  // is gone.
  absl::StatusOr<std::shared_ptr<PartFile>> PartToFeed(const PartKey& key) ABSL_LOCKS_EXCLUDED(mutex_);
  // Null when it isn't there.
  std::shared_ptr<PartFile> FindPart(const PartKey& key) const ABSL_LOCKS_EXCLUDED(mutex_);
  // All parts, by name and attempt.
  std::vector<std::shared_ptr<PartFile>> ListParts() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Removes the folder with its parts. After a crash during the call it is there whole, or gone after the next
  // start. An error leaves files for that, too.
  absl::Status Remove() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  FeedFolder(std::string path, std::string content) : path_(std::move(path)), content_(std::move(content)) {}
  absl::Status OpenParts();

  const std::string path_;
  const std::string content_;
  mutable Mutex mutex_;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;
  uint32_t last_file_ ABSL_GUARDED_BY(mutex_) = 0;  // the number in the newest part's file name
  std::map<PartKey, std::shared_ptr<PartFile>> parts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_FEEDS_FEED_FOLDER_H_
