// Writes files that appear whole or not at all.
#ifndef MUSTER_LOADERS_FILES_OUTPUT_FILE_H_
#define MUSTER_LOADERS_FILES_OUTPUT_FILE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::loaders {

// Compresses a stream; see OutputFile.
class Compression;

// A file being written. Its bytes go to a temporary file in the same folder, which Publish names. Without
// Publish the file disappears, even if the program is killed, because it has no name before. (If the file
// system lacks nameless files, it has a name beside its target.) For names in .gz or .zst the content is
// compressed. An existing target that is not a regular file (a pipe, /dev/null) is written directly. Not
// thread-safe.
class OutputFile {
 public:
  // Errors: those of creating the temporary file, with the path and the remedy.
  static absl::StatusOr<std::unique_ptr<OutputFile>> Create(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Errors: those of the disk, with the path. A failed file can't be published.
  absl::Status Write(absl::string_view bytes);
  // Flushes the rest to disk and gives the file its name. Call once.
  absl::Status Publish();

 private:
  // Where the bytes are written before Publish.
  enum class Place { kNameless, kBeside, kTarget };
  OutputFile(std::string path, Place place, int fd);

  // The temporary name, if the file needs one.
  std::string NameBeside() const;
  // Closes the written file and gives it the target's name.
  absl::Status TakeName();
  absl::Status WriteRaw(absl::string_view bytes);
  absl::Status Flush();

  const std::string path_;
  const Place place_;
  int fd_;
  std::string buffer_;
  std::unique_ptr<Compression> compression_;  // null for uncompressed files
  absl::Status failure_;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_OUTPUT_FILE_H_
