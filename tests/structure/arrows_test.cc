// The arrows between folders: reads every #include of the project and fails on one that points the wrong way.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

// A folder may include itself and these folders (and what lies below them). Longest match names the folder.
const std::map<std::string, std::set<std::string>>& AllowedArrows() {
  static const std::map<std::string, std::set<std::string>> arrows = {
      {"text", {}},
      {"index/status", {}},
      {"index/concurrency", {}},
      {"index/disk", {"index/status"}},
      {"index/bitmap", {"index/status"}},
      {"index/storage", {"index/disk", "index/concurrency", "index/status"}},
      {"index/versions", {"index/bitmap", "index/storage", "index/concurrency", "index/status"}},
      {"index/catalog",
       {"index/bitmap", "index/storage", "index/dictionary", "text", "index/concurrency", "index/status"}},
      {"index/dictionary", {"index/bitmap", "index/storage", "text", "index/concurrency", "index/status"}},
      {"index/loading",
       {"index/bitmap", "index/storage", "index/versions", "index/catalog", "index/dictionary", "text",
        "index/concurrency", "index/population", "index/status"}},
      {"index/population", {"index", "text"}},
      {"query/language", {"index/status", "text"}},
      {"query/binding", {"query/language", "index", "text"}},
      {"query/execution", {"index/bitmap", "index/concurrency"}},  // and all that lies below it
      {"query/execution/kernels", {"index/bitmap"}},
      {"query/execution/program",
       {"query/execution/kernels", "index/bitmap", "index/concurrency/work_budget.h"}},
      {"query/execution/numbers", {"query/execution/kernels", "query/execution/program", "index/bitmap"}},
      {"query/execution/sets",
       {"query/execution/kernels", "query/execution/program", "query/execution/numbers", "index/bitmap"}},
      {"query/planning",
       {"query/binding", "query/execution/program", "query/execution/node_analysis.h", "query/language",
        "index"}},
      {"query/questions",
       {"query/binding", "query/language", "query/planning", "query/execution/scan.h",
        "query/execution/scan_helpers.h", "query/execution/node_analysis.h", "query/execution/number_scans.h",
        "index", "text"}},
      {"command_line", {"text"}},
      {"server", {"server", "query", "index"}},
      {"server/lifecycle", {"server", "query", "index", "command_line"}},
      {"server/wire", {"query", "index", "text"}},
      {"server/admission", {"query/execution/scan_helpers.h", "index/concurrency"}},
      {"server/services", {"server", "query", "index", "text"}},
      {"server/transport", {"index/concurrency"}},
      {"loaders", {"loaders", "clients/cpp", "text", "index/disk"}},
      {"clients/cpp", {}},
      {"clients/cli", {"clients/cpp", "loaders", "text", "command_line"}},
  };
  return arrows;
}

// Generated headers: only these folders may speak protobuf.
const std::set<std::string> kSpeakWire = {"server",      "server/wire", "server/services",
                                          "clients/cpp", "clients/cli", "loaders"};

std::string FolderOf(const std::string& path) {
  std::string best;
  for (const auto& [folder, unused] : AllowedArrows()) {
    if (absl::StartsWith(path, folder + "/") && folder.size() > best.size()) best = folder;
  }
  return best;
}

std::vector<std::string> IncludesOf(const fs::path& file) {
  std::vector<std::string> includes;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!absl::StartsWith(line, "#include")) continue;
    const size_t open = line.find_first_of("\"<");
    const size_t close = line.find_first_of("\">", open + 1);
    if (open != std::string::npos && close != std::string::npos)
      includes.push_back(line.substr(open + 1, close - open - 1));
  }
  return includes;
}

bool Allowed(const std::string& folder, const std::string& include) {
  if (absl::StartsWith(include, folder + "/")) return true;
  if (include == "index/status/status_macros.h") return true;
  for (const std::string& target : AllowedArrows().at(folder)) {
    if (include == target || absl::StartsWith(include, target + "/")) return true;
  }
  return false;
}

std::vector<std::string> SourceFiles() {
  std::vector<std::string> files;
  const fs::path root = MUSTER_SOURCE_DIR;
  for (const char* top : {"text", "command_line", "index", "query", "server", "loaders", "clients"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension();
      if (extension == ".h" || extension == ".cc") files.push_back(fs::relative(entry.path(), root));
    }
  }
  return files;
}

TEST(Arrows, PointOneWay) {
  const std::vector<std::string> files = SourceFiles();
  ASSERT_GT(files.size(), 50u);
  for (const std::string& file : files) {
    const std::string folder = FolderOf(file);
    ASSERT_NE(folder, "") << file << " lies in a folder that the list of arrows doesn't know";
    for (const std::string& include : IncludesOf(fs::path(MUSTER_SOURCE_DIR) / file)) {
      const bool ours = !FolderOf(include).empty();
      if (ours) {
        EXPECT_TRUE(Allowed(folder, include)) << file << " includes " << include;
      }
      const bool wire = absl::StartsWith(include, "muster/v1/") || absl::StartsWith(include, "google/rpc/");
      if (wire) {
        EXPECT_TRUE(kSpeakWire.count(folder))
            << file << " includes " << include << ", but " << folder << " speaks no protobuf of the wire";
      }
    }
  }
}

TEST(Arrows, LmdbStaysInStorage) {
  for (const std::string& file : SourceFiles()) {
    if (FolderOf(file) == "index/storage") continue;
    for (const std::string& include : IncludesOf(fs::path(MUSTER_SOURCE_DIR) / file))
      EXPECT_NE(include, "lmdb.h") << file;
  }
}

TEST(Arrows, EvaluatorKnowsNoRoaring) {
  for (const std::string& file : SourceFiles()) {
    if (!absl::StartsWith(file, "query/")) continue;
    for (const std::string& include : IncludesOf(fs::path(MUSTER_SOURCE_DIR) / file)) {
      EXPECT_FALSE(absl::StartsWith(include, "roaring/")) << file;
    }
  }
}

TEST(Structure, FilesStayBelowFiveHundredLines) {
  const fs::path root = MUSTER_SOURCE_DIR;
  for (const char* top : {"text", "command_line", "index", "query", "server", "loaders", "clients", "tests",
                          "benchmarks", "proto"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cc" && extension != ".proto") continue;
      std::ifstream in(entry.path());
      size_t lines = 0;
      for (std::string line; std::getline(in, line);) ++lines;
      EXPECT_LE(lines, 500u) << entry.path();
    }
  }
}

// The evaluator's rooms stay small enough to be looked over.
TEST(Structure, TheEvaluatorsFoldersHoldAtMostTwentyFiveFiles) {
  std::map<std::string, int> files;
  for (const std::string& file : SourceFiles()) {
    if (absl::StartsWith(file, "query/execution/")) ++files[fs::path(file).parent_path().string()];
  }
  EXPECT_GE(files.size(), 4u);
  for (const auto& [folder, count] : files) EXPECT_LE(count, 25) << folder;
}

}  // namespace
}  // namespace muster
