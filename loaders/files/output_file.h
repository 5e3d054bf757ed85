// Files that are there whole or not at all.
#ifndef MUSTER_LOADERS_FILES_OUTPUT_FILE_H_
#define MUSTER_LOADERS_FILES_OUTPUT_FILE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::loaders {

// Turns bytes into compressed bytes; see OutputFile.
class Compression;

// A file being written. Its bytes go to a temporary file in its folder, which gets its name by Publish.
// Without Publish it is gone, even if the program is killed, because it has no name before. (Where the file
// system has no such files, it has a name beside its target.) A name that ends in .gz or .zst is compressed
// so. A target that exists and is no plain file (a pipe, /dev/null) is written directly. For one thread.
class OutputFile {
 public:
  // Errors: those of creating the temporary file, with the path and the mend.
  static absl::StatusOr<std::unique_ptr<OutputFile>> Create(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Errors: those of the disk, with the path. A failed file can't be published.
  absl::Status Write(absl::string_view bytes);
  // Writes what is left to disk and gives the file its name. Call it once.
  absl::Status Publish();

 private:
  // Where the bytes go until Publish.
  enum class Place { kNameless, kBeside, kTarget };
  OutputFile(std::string path, Place place, int fd);

  // The name that the file has before it takes its target's.
  std::string NameBeside() const;
  // Closes the written file and gives it its target's name.
  absl::Status TakeName();
  absl::Status WriteRaw(absl::string_view bytes);
  absl::Status Flush();

  const std::string path_;
  const Place place_;
  int fd_;
  std::string buffer_;
  std::unique_ptr<Compression> compression_;  // none for plain files
  absl::Status failure_;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_OUTPUT_FILE_H_
