// Runs one of the project's programs and reads its output.
#ifndef MUSTER_TESTS_PROCESSES_CHILD_PROCESS_H_
#define MUSTER_TESTS_PROCESSES_CHILD_PROCESS_H_

#include <string>
#include <vector>

namespace muster::testing {

// The result of a finished program.
struct Finished {
  int exit_code = -1;  // 128 + signal when a signal ended it
  std::string out;
  std::string err;
};

// Runs `program` (a name in the build's bin folder, or a path) to its end with `input` on stdin.
// `environment` holds NAME=value entries beside the test's own.
Finished Run(const std::string& program, const std::vector<std::string>& arguments,
             const std::string& input = "", const std::vector<std::string>& environment = {});

// A temporary folder for one test, which the destructor removes.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }
  // Writes a file into the folder and returns its path.
  std::string Write(const std::string& name, const std::string& content) const;

 private:
  std::string path_;
};

}  // namespace muster::testing

#endif  // MUSTER_TESTS_PROCESSES_CHILD_PROCESS_H_
