// Loads a file of member ids as an id list: reads, batches and sends it.
#ifndef MUSTER_LOADERS_FEEDING_LIST_LOAD_H_
#define MUSTER_LOADERS_FEEDING_LIST_LOAD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/client.h"
#include "loaders/feeding/load_progress.h"
#include "loaders/files/byte_source.h"
#include "loaders/files/text_format.h"

namespace muster::loaders {

// A text with an id a line, plain, gzip or zstd, with or without a byte-order mark, with LF or CRLF.
// For one thread.
class IdReader {
 public:
  // `format`: its encoding and limits of expansion are used. Errors: the file's; INVALID_ARGUMENT for what is no
  // text in that encoding, with the mend.
  static absl::StatusOr<IdReader> Open(const InputPath& input, TextFormat format = {});

  // The next lines, of at most some megabytes, without their ends; blank ones are empty ids. No ids: the end.
  absl::StatusOr<v1::IdBatch> ReadBatch();
  const RawFile& file() const { return *file_; }
  // What a person should know of the text.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  explicit IdReader(std::unique_ptr<RawFile> file) : file_(std::move(file)) {}
  // Reads on. False: there is no more.
  absl::StatusOr<bool> ReadSome();
  // Takes the lines that `unread_` holds, its unfinished end too when the text has ended.
  void TakeLines(v1::IdBatch& batch);

  std::unique_ptr<RawFile> file_;
  std::unique_ptr<ByteSource> text_;
  std::vector<std::string> notes_;
  std::string unread_;
  bool ended_ = false;
  uint64_t next_line_ = 1;
  bool skipping_ = false;  // the rest of a line that is too long
};

// Feeds the ids of `reader`, from which none was read, and commits. Errors: the file's, in which case nothing is
// left; the server's, see client::FailureOf.
absl::StatusOr<v1::LoadListResponse> FeedList(client::Client& client, const v1::ListSpec& spec,
                                              IdReader& reader,
                                              const std::function<void(const LoadProgress&)>& on_progress);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_LIST_LOAD_H_
