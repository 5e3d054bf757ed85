// Input files for the reader's tests.
#ifndef MUSTER_TESTS_LOADERS_FILES_SCRATCH_FILE_H_
#define MUSTER_TESTS_LOADERS_FILES_SCRATCH_FILE_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::loaders {

// A file with the given bytes that is removed with this object.
class ScratchFile {
 public:
  ScratchFile(const std::string& name, absl::string_view bytes)
      : path_(::testing::TempDir() + "muster-" + std::to_string(getpid()) + "-" + name) {
    std::ofstream(path_, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  ~ScratchFile() { std::remove(path_.c_str()); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

}  // namespace muster::loaders

#endif  // MUSTER_TESTS_LOADERS_FILES_SCRATCH_FILE_H_
