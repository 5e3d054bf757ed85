// Small file systems, and servers on given directories.
#ifndef MUSTER_TESTS_TORTURE_SMALL_DISK_H_
#define MUSTER_TESTS_TORTURE_SMALL_DISK_H_

#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/processes/child_process.h"
#include "tests/processes/server_process.h"

namespace muster::testing {

// A file system in memory, which needs root; see mounted(). Not thread-safe.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& options)
      : mounted_(mount("tmpfs", scratch_.path().c_str(), "tmpfs", 0, options.c_str()) == 0),
        why_(strerror(errno)) {}
  ~SmallDisk() {
    if (mounted_) umount2(scratch_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const std::string& why() const { return why_; }
  const std::string& path() const { return scratch_.path(); }
  void Grow() const {
    EXPECT_EQ(mount("tmpfs", path().c_str(), "tmpfs", MS_REMOUNT, "size=400m,nr_inodes=10000"), 0)
        << strerror(errno);
  }
  void SetReadOnly(bool read_only) const {
    EXPECT_EQ(mount("tmpfs", path().c_str(), "tmpfs", MS_REMOUNT | (read_only ? MS_RDONLY : 0), ""), 0)
        << strerror(errno);
  }
  void Fill() const {
    std::ofstream ballast(path() + "/ballast", std::ios::binary);
    const std::string block(4096, 'x');
    while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void Relieve() const { std::filesystem::remove(path() + "/ballast"); }

 private:
  ScratchFolder scratch_;
  bool mounted_;
  std::string why_;
};

// A server on a given directory, and calls to it.
class Serving {
 public:
  // `schema`: of its loads. `before`: called in each new process before it becomes musterd. `arguments`: beside
  // its directory.
  Serving(std::string schema, std::string directory, std::function<void()> before = nullptr,
          std::vector<std::string> arguments = {})
      : schema_(std::move(schema)),
        directory_(std::move(directory)),
        before_(std::move(before)),
        arguments_(std::move(arguments)) {
    Start();
  }
  void Start() { server_ = std::make_unique<ServerProcess>(directory_, arguments_, before_); }
  bool up() const { return server_->up(); }
  void Kill() { server_->Kill(); }
  int Stop() { return server_->Stop(); }
  const std::string& address() const { return server_->address(); }
  Finished Load(const std::string& text) const {
    return Cli({"load", scratch_.Write("records.csv", text), "-p", "p", "--id-column", "id", "--schema",
                scratch_.Write("tags.yaml", schema_)});
  }
  std::string Count(const std::string& expression) const { return Cli({"count", "-p", "p", expression}).out; }
  Finished Cli(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--server", server_->address()});
    return Run("muster", arguments);
  }

 private:
  const std::string schema_;
  const std::string directory_;
  const std::function<void()> before_;
  const std::vector<std::string> arguments_;
  ScratchFolder scratch_;
  std::unique_ptr<ServerProcess> server_;
};

}  // namespace muster::testing

#endif  // MUSTER_TESTS_TORTURE_SMALL_DISK_H_
