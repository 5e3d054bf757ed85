// A temporary directory for one test, removed with its content.
#ifndef MUSTER_TESTS_INDEX_STORAGE_TEMPORARY_DIRECTORY_H_
#define MUSTER_TESTS_INDEX_STORAGE_TEMPORARY_DIRECTORY_H_

#include <cstdlib>
#include <filesystem>
#include <string>

namespace muster::index {

class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_((std::filesystem::temp_directory_path() / "muster-test-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_STORAGE_TEMPORARY_DIRECTORY_H_
