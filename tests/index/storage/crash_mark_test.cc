// The mark that a dying process leaves for the next one.
#include "index/storage/files/crash_mark.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include "gtest/gtest.h"
#include "index/storage/environment.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

// Each statement runs in a process of its own, on a directory of its own: the parent sees what it left.
void DieReading(const std::string& directory, int signal, bool within) {
  auto environment =
      Environment::Open({.directory = directory + "/index", .crash_mark = directory + "/CRASHED"});
  if (!environment.ok() || !InstallCrashMarks().ok()) std::_Exit(9);
  std::optional<absl::StatusOr<ReadTransaction>> transaction((*environment)->BeginRead());
  if (!within) transaction.reset();
  if (signal == SIGABRT) std::abort();
  std::raise(signal);
}

// The population of the mark's folder was dropped, and another has the folder by now.
void DieReadingWhatIsGone(const std::string& directory) {
  auto environment =
      Environment::Open({.directory = directory + "/index", .crash_mark = directory + "/CRASHED"});
  if (!environment.ok() || !InstallCrashMarks().ok()) std::_Exit(9);
  const absl::StatusOr<ReadTransaction> transaction = (*environment)->BeginRead();
  (*environment)->Abandon();
  auto next = Environment::Open({.directory = directory + "/next", .crash_mark = directory + "/CRASHED"});
  if (!next.ok()) std::_Exit(9);
  std::raise(SIGSEGV);
}

void DieInAnotherThread(const std::string& directory) {
  auto environment =
      Environment::Open({.directory = directory + "/index", .crash_mark = directory + "/CRASHED"});
  if (!environment.ok() || !InstallCrashMarks().ok()) std::_Exit(9);
  const absl::StatusOr<ReadTransaction> transaction = (*environment)->BeginRead();
  std::thread([] { std::raise(SIGSEGV); }).join();
}

class MarkedDirectory {
 public:
  MarkedDirectory() : path_(fs::temp_directory_path() / "muster-crash-mark-test") {
    fs::create_directories(path_);
  }
  ~MarkedDirectory() { fs::remove_all(path_); }
  // same.
  std::string path() const { return path_.string(); }
  std::optional<std::string> Take() const {
    std::ifstream file(path_ / "CRASHED");
    std::string name;
    const bool there = static_cast<bool>(file >> name);
    fs::remove(path_ / "CRASHED");
    return there ? std::optional<std::string>(name) : std::nullopt;
  }

 private:
  const fs::path path_;
};

TEST(CrashMarkDeathTest, IsLeftByThreadsThatReadAlone) {
  const MarkedDirectory directory;
  EXPECT_EXIT(DieReading(directory.path(), SIGSEGV, true), ::testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EQ(directory.Take(), "SIGSEGV");
  EXPECT_EXIT(DieReading(directory.path(), SIGBUS, true), ::testing::KilledBySignal(SIGBUS), "");
  EXPECT_EQ(directory.Take(), "SIGBUS");
  EXPECT_EXIT(DieReading(directory.path(), SIGABRT, true), ::testing::KilledBySignal(SIGABRT), "");
  EXPECT_EQ(directory.Take(), "SIGABRT");
  EXPECT_EXIT(DieReading(directory.path(), SIGSEGV, false), ::testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EQ(directory.Take(), std::nullopt);
  EXPECT_EXIT(DieReadingWhatIsGone(directory.path()), ::testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EQ(directory.Take(), std::nullopt);
  EXPECT_EXIT(DieInAnotherThread(directory.path()), ::testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EQ(directory.Take(), std::nullopt);
}

}  // namespace
}  // namespace muster::index
