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

// Reads a text with one id per line, plain, gzip or zstd, with or without a byte-order mark, with LF or CRLF.
// Not thread-safe.
class IdReader {
 public:
  // Uses the encoding and the expansion limits of `format`. Returns errors of the file, and INVALID_ARGUMENT
  // with the remedy if the file is no text in that encoding.
  static absl::StatusOr<IdReader> Open(const InputPath& input, TextFormat format = {});

  // The next lines, of at most some megabytes, without their ends; blank ones are empty ids. No ids: the end.
  absl::StatusOr<v1::IdBatch> ReadBatch();
  const RawFile& file() const { return *file_; }
  // Notes about the text for the user.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  explicit IdReader(std::unique_ptr<RawFile> file) : file_(std::move(file)) {}
  // Reads more text. Returns false at the end.
  absl::StatusOr<bool> ReadSome();
  // Takes the lines in `unread_`, and at the end of the text also the last line without a line end.
  void TakeLines(v1::IdBatch& batch);

  std::unique_ptr<RawFile> file_;
  std::unique_ptr<ByteSource> text_;
  std::vector<std::string> notes_;
  std::string unread_;
  bool ended_ = false;
  uint64_t next_line_ = 1;
  bool skipping_ = false;  // within the rest of a line that is too long
};

// Feeds the ids of `reader`, from which none was read, and commits. Errors: the file's, in which case nothing
// is left; the server's, see client::FailureOf.
absl::StatusOr<v1::LoadListResponse> FeedList(client::Client& client, const v1::ListSpec& spec,
                                              IdReader& reader,
                                              const std::function<void(const LoadProgress&)>& on_progress);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FEEDING_LIST_LOAD_H_
