// Checks the dependencies between folders: reads every #include of the project and fails on forbidden ones.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/paths.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

// A folder may include itself and these folders (and what lies below them), or these headers, where others
// are not its business. Longest match names the folder.
const std::map<std::string, std::set<std::string>> kAllowedArrows = {
    {"text", {}},
    {"index/status", {}},
    {"index/cache", {}},
    {"index/concurrency", {}},
    {"index/memory", {"index/concurrency"}},
    {"index/disk", {"index/status"}},
    {"index/bitmap", {"index/status"}},
    {"index/storage", {"index/disk", "index/concurrency", "index/status", "text"}},  // and all below it
    {"index/storage/pages", {"index/status", "text"}},
    {"index/storage/files",
     {"index/storage/pages", "index/disk", "index/concurrency", "index/status", "text"}},
    {"index/versions", {"index/storage", "index/concurrency", "index/status"}},  // and all that lies below it
    {"index/versions/records", {"index/bitmap", "index/storage", "index/status"}},
    {"index/versions/publishing",
     {"index/versions/records", "index/bitmap", "index/storage", "index/concurrency", "index/status"}},
    {"index/versions/snapshots",
     {"index/versions/records", "index/bitmap", "index/cache", "index/storage", "index/concurrency",
      "index/status"}},
    {"index/versions/lookups",
     {"index/versions/records", "index/versions/snapshots", "index/bitmap", "index/concurrency",
      "index/status"}},
    {"index/versions/settling",
     {"index/versions/records", "index/bitmap", "index/storage", "index/concurrency", "index/status"}},
    {"index/versions/verification",
     {"index/versions/records", "index/versions/publishing", "index/versions/snapshots", "index/bitmap",
      "index/storage", "index/status"}},
    {"index/catalog",
     {"index/bitmap", "index/storage", "index/dictionary", "text", "index/concurrency", "index/status"}},
    {"index/salts",
     {"index/bitmap", "index/storage", "index/versions", "index/catalog", "index/dictionary", "text",
      "index/concurrency", "index/status"}},
    {"index/segments", {"index/salts", "index/storage", "index/catalog", "index/status", "text"}},
    {"index/lists",
     {"index/bitmap", "index/storage", "index/versions", "index/catalog", "index/dictionary", "text",
      "index/concurrency", "index/status"}},
    {"index/dictionary", {"index/bitmap", "index/storage", "text", "index/concurrency", "index/status"}},
    {"index/dictionary/blocks", {"index/bitmap", "index/storage/pages", "index/status", "text"}},
    {"index/feeds", {"index/storage", "index/disk", "index/concurrency", "index/status", "text"}},
    {"index/loading",  // and all that lies below it
     {"index/memory", "index/bitmap", "index/storage", "index/versions", "index/catalog", "index/dictionary",
      "text", "index/concurrency", "index/status"}},
    {"index/loading/plan",
     {"index/bitmap", "index/storage", "index/versions", "index/catalog", "text", "index/status"}},
    {"index/loading/rejections",
     {"index/loading/plan", "index/bitmap", "index/catalog", "index/storage", "text", "index/concurrency",
      "index/status"}},
    {"index/loading/membership", {"index/bitmap", "index/versions", "index/status", "text"}},
    {"index/loading/intake",
     {"index/loading/plan", "index/loading/rejections", "index/loading/membership", "index/memory",
      "index/bitmap", "index/storage", "index/catalog", "index/dictionary", "text", "index/concurrency",
      "index/status"}},
    {"index/loading/staging",
     {"index/loading/plan", "index/loading/intake", "index/memory", "index/bitmap", "index/storage",
      "index/versions", "index/catalog", "index/dictionary", "text", "index/concurrency", "index/status"}},
    {"index/history",
     {"index/bitmap", "index/storage", "index/versions", "index/catalog", "index/dictionary", "text",
      "index/concurrency", "index/status"}},
    {"index/views",
     {"index/bitmap", "index/storage", "index/versions", "index/catalog", "index/dictionary", "index/lists",
      "index/salts", "text", "index/cache", "index/concurrency", "index/status"}},
    {"index/population", {"index", "text"}},
    {"query/language", {"index/status", "text"}},
    {"query/segments", {"query/language", "index/segments/segment.h", "text"}},
    {"query/tree", {"index/bitmap"}},
    {"query/binding", {"query/language", "query/tree", "index", "text"}},
    {"query/execution", {"query/tree", "index/bitmap", "index/concurrency"}},  // and all that lies below it
    {"query/execution/kernels", {"index/bitmap"}},
    {"query/execution/program",
     {"query/execution/kernels", "query/tree", "index/bitmap", "index/concurrency/work_budget.h"}},
    {"query/execution/numbers", {"query/execution/kernels", "query/execution/program", "index/bitmap"}},
    {"query/execution/sets",
     {"query/execution/kernels", "query/execution/program", "query/execution/numbers", "index/bitmap"}},
    {"query/planning",
     {"query/tree", "query/execution/program", "query/execution/node_analysis.h", "index", "text"}},
    {"query/questions",
     {"query/tree", "query/binding", "query/language", "query/planning", "query/segments",
      "query/execution/program/view_sources.h", "query/execution/scan.h", "query/execution/scan_helpers.h",
      "query/execution/member_probe.h", "query/execution/node_analysis.h", "query/execution/number_scans.h",
      "index", "text"}},
    {"command_line", {"text"}},
    {"server", {"server", "query", "index"}},
    {"server/lifecycle", {"server", "query", "index", "command_line"}},
    {"server/wire", {"query", "index", "text"}},
    {"server/log", {"server/wire", "index", "text"}},
    {"server/answers",
     {"server/wire", "server/log", "query/questions", "query/language", "query/execution/scan_helpers.h",
      "index", "text"}},
    {"server/admission", {"query/execution/scan_helpers.h", "index/concurrency"}},
    {"server/grpc",
     {"server/answers", "server/wire", "server/log", "server/admission", "query/execution/scan_helpers.h",
      "index/concurrency", "index/status", "text"}},
    {"server/transport", {"index/concurrency"}},
    {"loaders/files", {"text", "index/disk/disk_room.h"}},
    {"loaders/schema", {"loaders/files/text_format.h", "index/catalog/tag_kind.h", "text"}},
    {"loaders/feeding",
     {"clients/cpp/client.h", "clients/cpp/failure.h", "loaders/files", "loaders/schema", "text",
      "index/disk/disk_room.h"}},
    {"loaders/shop", {"loaders/files/output_file.h", "loaders/schema/tag_schema.h"}},
    {"clients/cpp", {}},
    {"clients/cli",
     {"clients/cpp/client.h", "clients/cpp/failure.h", "clients/cpp/member_ids.h",
      "loaders/feeding/file_load.h", "loaders/feeding/list_load.h", "loaders/feeding/schema_choice.h",
      "loaders/files/output_file.h", "loaders/files/parts_reader.h", "loaders/files/text_format.h",
      "loaders/schema/tag_schema.h", "loaders/shop/shop_file.h", "text", "command_line"}},
};

// Generated headers: only these folders may speak protobuf.
const std::set<std::string> kSpeakWire = {"server/wire", "server/answers", "server/grpc",    "clients/cpp",
                                          "clients/cli", "loaders/schema", "loaders/feeding"};

std::string FolderOf(const std::string& path) {
  std::string best;
  for (const auto& [folder, unused] : kAllowedArrows) {
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
  for (const std::string& target : kAllowedArrows.at(folder)) {
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

// Folder by folder: what each includes, directly or by way of others, never includes it.
TEST(Arrows, NothingPointsBack) {
  std::map<std::string, std::set<std::string>> reached;
  for (const std::string& file : SourceFiles()) {
    const std::string folder = FolderOf(file);
    for (const std::string& include : IncludesOf(fs::path(MUSTER_SOURCE_DIR) / file)) {
      if (const std::string other = FolderOf(include); !other.empty() && other != folder)
        reached[folder].insert(other);
    }
  }
  ASSERT_TRUE(reached["clients/cli"].contains("loaders/feeding"));
  for (bool grew = true; grew;) {
    grew = false;
    for (auto& [folder, others] : reached) {
      const std::set<std::string> before = others;
      for (const std::string& other : before) {
        const auto further = reached.find(other);
        if (further != reached.end()) others.insert(further->second.begin(), further->second.end());
      }
      grew = grew || others.size() > before.size();
    }
  }
  for (const auto& [folder, others] : reached) EXPECT_FALSE(others.contains(folder)) << folder;
}

TEST(Arrows, LmdbStaysInStorage) {
  for (const std::string& file : SourceFiles()) {
    if (absl::StartsWith(file, "index/storage/")) continue;
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

// Answers are made without a transport, so that another one can be put beside gRPC.
TEST(Arrows, OnlyTheTransportKnowsGrpc) {
  const std::set<std::string> with_grpc = {"server/grpc", "server/transport", "server/lifecycle",
                                           "clients/cpp"};
  for (const std::string& file : SourceFiles()) {
    if (with_grpc.count(FolderOf(file)) > 0) continue;
    for (const std::string& include : IncludesOf(fs::path(MUSTER_SOURCE_DIR) / file)) {
      EXPECT_FALSE(absl::StartsWith(include, "grpc/") || absl::StartsWith(include, "grpcpp/") ||
                   absl::EndsWith(include, ".grpc.pb.h"))
          << file << " includes " << include;
    }
  }
}

std::string TextOf(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The files of a folder and of those below it, one after another.
std::string TextsIn(const std::string& folder, const std::string& ending) {
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(MUSTER_SOURCE_DIR) / folder)) {
    if (absl::EndsWith(entry.path().string(), ending)) all += TextOf(entry.path());
  }
  return all;
}

TEST(Structure, EveryRpcHasAnAnswerThatIsTestedWithoutATransport) {
  const std::string answers = TextsIn("server/answers", ".h");
  const std::string tests = TextsIn("tests/server/answers", "_test.cc");
  std::istringstream protos(TextsIn("proto/muster/v1", ".proto"));
  int methods = 0;
  for (std::string word; protos >> word;) {
    if (word != "rpc") continue;
    std::string method;
    protos >> method;
    if (method.find('(') == std::string::npos) continue;
    method.resize(method.find('('));
    ++methods;
    EXPECT_TRUE(absl::StrContains(answers, method))
        << "no header in server/answers says who answers " << method;
    EXPECT_TRUE(absl::StrContains(tests, method)) << "no test in tests/server/answers is of " << method;
  }
  EXPECT_GE(methods, 22);
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

// Folders stay small enough to be looked over.
TEST(Structure, FoldersOfIndexEvaluatorAndServerHoldAtMostTwentyFiveFiles) {
  std::map<std::string, int> files;
  for (const std::string& file : SourceFiles()) {
    for (const char* top : {"query/execution/", "index/", "server/"}) {
      if (absl::StartsWith(file, top)) ++files[fs::path(file).parent_path().string()];
    }
  }
  EXPECT_GE(files.size(), 16u);
  for (const auto& [folder, count] : files) EXPECT_LE(count, 25) << folder;
}

}  // namespace
}  // namespace muster
