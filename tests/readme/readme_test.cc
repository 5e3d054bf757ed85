// The examples of README.md, of the pages below docs/ and of --help do what is said: every command is run in
// a folder of its own, and its output compared.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/paths.h"
#include "tests/processes/child_process.h"
#include "tests/processes/server_process.h"
#include "tests/readme/examples.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kAddress[] = "127.0.0.1:7070";      // where README's server listens
constexpr char kDemoAddress[] = "127.0.0.1:7071";  // and that of the demo's million customers
constexpr char kFolder[] = "/tmp/muster";          // README's scratch files

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Runs README's commands one after another. Its servers listen on free ports and its files are in a temporary
// folder, so it translates commands and output. Not thread-safe.
class Reader {
 public:
  Reader() {
    fs::create_directory(folder_.path() + "/build");
    fs::create_directory_symlink(MUSTER_BIN_DIR, folder_.path() + "/build/bin");
    fs::create_directory_symlink(fs::path(MUSTER_SOURCE_DIR) / "proto", folder_.path() + "/proto");
  }

  // What the command prints, line by line, stdout and stderr together, in README's own words.
  std::vector<std::string> Type(const Example& example) {
    if (absl::StrContains(example.command, kDemoAddress) && !demo_) StartDemo();
    if (absl::StartsWith(example.command, "build/bin/musterd ")) return StartServer();
    if (absl::StartsWith(example.command, "cat ") && MadeByHand(example)) return example.output;
    Finished done = Run(
        "/usr/bin/env",
        {"bash", "-c", absl::StrCat("cd ", folder_.path(), " && { ", Translate(example.command), "; } 2>&1")},
        "", {absl::StrCat("MUSTER_SERVER=", server_ ? server_->address() : "")});
    absl::StrReplaceAll({{folder_.path() + "/scratch", kFolder}}, &done.out);
    std::vector<std::string> lines = absl::StrSplit(done.out, '\n');
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    LearnTokens(example.output, lines);
    return lines;
  }

 private:
  std::vector<std::string> StartServer() {
    server_ = std::make_unique<ServerProcess>(folder_.path() + "/scratch");
    if (server_->address().empty()) return {"musterd did not start"};
    return {absl::StrCat("musterd ready on ", kAddress)};
  }

  // What `make run` does.
  void StartDemo() {
    demo_ = std::make_unique<ServerProcess>(folder_.path() + "/demo");
    const std::string file = folder_.path() + "/shop.csv";
    ASSERT_EQ(muster::testing::Run("muster", {"generate", "shop", "--members", "1000000", "--output", file})
                  .exit_code,
              0);
    const Finished loaded = Run("muster", {"--server", demo_->address(), "load", file, "--schema",
                                           file + ".tags.yaml", "--date", "2026-01-31"});
    ASSERT_EQ(loaded.exit_code, 0) << loaded.err;
  }

  // A file that README shows before anything made it is one that the reader writes.
  bool MadeByHand(const Example& example) {
    const std::string path = absl::StrCat(folder_.path(), "/", example.command.substr(4));
    if (fs::exists(path)) return false;
    std::string text = absl::StrJoin(example.output, "\n") + "\n";
    if (server_) absl::StrReplaceAll({{kAddress, server_->address()}}, &text);
    std::ofstream(path) << absl::StrReplaceAll(text, {{kFolder, folder_.path() + "/scratch"}});
    return true;
  }

  std::string Translate(const std::string& command) const {
    std::vector<std::pair<std::string, std::string>> words = {{kFolder, folder_.path() + "/scratch"}};
    if (demo_) words.emplace_back(kDemoAddress, demo_->address());
    for (const auto& [shown, real] : tokens_) words.emplace_back(shown, real);
    return absl::StrReplaceAll(command, words);
  }

  // A later command repeats a token that README's run printed: it means the one that this run printed there.
  void LearnTokens(const std::vector<std::string>& shown, const std::vector<std::string>& real) {
    const std::vector<std::string> before = TokensIn(absl::StrJoin(shown, "\n"));
    const std::vector<std::string> now = TokensIn(absl::StrJoin(real, "\n"));
    for (size_t i = 0; i < before.size() && i < now.size(); ++i) tokens_.emplace_back(before[i], now[i]);
  }

  ScratchFolder folder_;
  std::unique_ptr<ServerProcess> server_, demo_;
  std::vector<std::pair<std::string, std::string>> tokens_;
};

// README.md, and then the pages below docs/, whose examples go on from it.
std::vector<std::string> Pages() {
  std::vector<std::string> pages;
  for (const auto& entry : fs::directory_iterator(fs::path(MUSTER_SOURCE_DIR) / "docs")) {
    if (entry.path().extension() == ".md") pages.push_back("docs/" + entry.path().filename().string());
  }
  std::sort(pages.begin(), pages.end());
  pages.insert(pages.begin(), "README.md");
  return pages;
}

TEST(Readme, ExamplesPrintWhatItSays) {
  Reader reader;
  size_t count = 0;
  for (const std::string& page : Pages()) {
    for (const Example& example : ExamplesOf(ReadFile(fs::path(MUSTER_SOURCE_DIR) / page))) {
      std::vector<std::string> expected, printed;
      for (const std::string& line : example.output) expected.push_back(Comparable(line));
      for (const std::string& line : reader.Type(example)) printed.push_back(Comparable(line));
      EXPECT_EQ(absl::StrJoin(printed, "\n"), absl::StrJoin(expected, "\n"))
          << page << ", line " << example.line << ": " << example.command;
      ++count;
    }
  }
  EXPECT_GT(count, 15u);
}

// The pages that a page links to, `docs/x.md#part` as `docs/x.md`.
std::vector<std::string> LinksOf(const std::string& text) {
  static const std::regex link("\\]\\(([^)#:]*)(#[^)]*)?\\)");
  std::vector<std::string> links;
  for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at) {
    if (!(*at)[1].str().empty()) links.push_back((*at)[1]);
  }
  return links;
}

TEST(Readme, LinksLeadSomewhere) {
  std::vector<std::string> pages = Pages();
  for (const char* page : {"ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "index/FORMAT.md"})
    pages.push_back(page);
  size_t count = 0;
  for (const std::string& page : pages) {
    const fs::path file = fs::path(MUSTER_SOURCE_DIR) / page;
    for (const std::string& link : LinksOf(ReadFile(file))) {
      EXPECT_TRUE(fs::exists(file.parent_path() / link)) << page << " links to " << link;
      ++count;
    }
  }
  EXPECT_GT(count, 15u);
}

// The examples at the end of every help, on the demo's data.
TEST(Readme, ExamplesOfHelpGiveAnswers) {
  ScratchFolder folder;
  ServerProcess server(folder.path() + "/data");
  const std::vector<std::string> environment = {"MUSTER_SERVER=" + server.address()};
  ASSERT_EQ(muster::testing::Run(
                "muster", {"generate", "shop", "--members", "20000", "--output", folder.path() + "/shop.csv"})
                .exit_code,
            0);
  const auto type = [&](const std::string& command) {
    return muster::testing::Run(
        "/usr/bin/env",
        {"bash", "-c",
         absl::StrCat("cd ", folder.path(), " && PATH=", MUSTER_BIN_DIR, ":$PATH && { ", command, "; }")},
        "", environment);
  };
  const Finished loaded =
      type("muster load shop.csv --schema shop.csv.tags.yaml --date 2026-01-31 --label shop-2026-01-31");
  ASSERT_EQ(loaded.exit_code, 0) << loaded.err;
  std::ofstream(folder.path() + "/segment.txt") << "vip AND city = '上海'\n";
  std::ofstream(folder.path() + "/segments.txt") << "vip\nHAS interests\n";
  std::ofstream(folder.path() + "/ids.txt") << "CP8R24CW\nu2\n";
  size_t count = 0;
  for (const char* command : {"count", "members", "lookup", "tags", "verify", "populations", "segments",
                              "list", "loads", "versions", "rollback", "wait"}) {
    const Finished help = muster::testing::Run("muster", {command, "--help"});
    const size_t examples = help.out.find("Examples:\n");
    ASSERT_NE(examples, std::string::npos) << command;
    for (const std::string& line : std::vector<std::string>(
             absl::StrSplit(absl::StripTrailingAsciiWhitespace(help.out.substr(examples)), "\n  "))) {
      // There is no stopped server, and no population to drop.
      if (!absl::StartsWith(line, "muster ") || absl::StrContains(line, "--data") ||
          absl::StrContains(line, "drop"))
        continue;
      const Finished done = type(line);
      EXPECT_EQ(done.exit_code, 0) << line << "\n" << done.err;
      EXPECT_EQ(done.err.find("warning"), std::string::npos) << line << "\n" << done.err;
      EXPECT_NE(done.out, "0\n") << line;
      ++count;
    }
  }
  EXPECT_GE(count, 14u);
}

// The tags.yaml of docs/loads.md, with a file that it describes.
TEST(Readme, TheSchemaThatIsExplainedLoads) {
  const std::string page = ReadFile(fs::path(MUSTER_SOURCE_DIR) / "docs/loads.md");
  const std::string fence = "```yaml\n";
  const size_t begin = page.find(fence);
  ASSERT_NE(begin, std::string::npos);
  const std::string schema =
      page.substr(begin + fence.size(), page.find("```", begin + fence.size()) - begin - fence.size());
  ScratchFolder folder;
  ServerProcess server(folder.path() + "/data");
  const std::vector<std::string> environment = {"MUSTER_SERVER=" + server.address()};
  const Finished loaded = muster::testing::Run("muster",
                                               {"load",
                                                folder.Write("c.csv",
                                                             "customerID,tenure,interests,vip,last_seen\n"
                                                             "C1,3,sports:0.8|music,true,1700000000000\n"
                                                             "C2,NULL,\\N,-,\n"),
                                                "--schema", folder.Write("tags.yaml", schema)},
                                               "", environment);
  ASSERT_EQ(loaded.exit_code, 0) << loaded.err;
  const auto count = [&](const std::string& expression) {
    return muster::testing::Run("muster", {"count", "-p", "telco", expression}, "", environment).out;
  };
  EXPECT_EQ(count("WEIGHT(interests, 'sports') = 0.8 AND tenure = 3 AND vip"), "1\n");
  EXPECT_EQ(count("last_seen >= '2023-11-15T06:13:20+08:00'"), "1\n");
  EXPECT_EQ(count("NOT HAS tenure AND NOT HAS interests AND NOT HAS vip"), "1\n");
}

TEST(Readme, MakeHelpFitsATerminal) {
  const Finished help =
      muster::testing::Run("/usr/bin/env", {"make", "--no-print-directory", "-C", MUSTER_SOURCE_DIR, "help"});
  ASSERT_EQ(help.exit_code, 0) << help.err;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(help.out, '\n')))
    EXPECT_LE(line.size(), 80u) << line;
}

TEST(Readme, ComparesWhatDoesNotVary) {
  EXPECT_EQ(Comparable("load a.csv-20261122T180438Z-688e88: published, as of 2026-11-22"),
            "load a.csv-LABEL: published, as of DATE");
  EXPECT_EQ(Comparable("took  0.10 ms"), Comparable("took 12.34 ms"));
  EXPECT_NE(Comparable("members 8,868"), Comparable("members 8,869"));
  const std::vector<Example> examples = ExamplesOf("```\n$ a\nx\n\n$ b\n```\n$ c\n");
  ASSERT_EQ(examples.size(), 2u);
  EXPECT_EQ(examples[0].command, "a");
  EXPECT_THAT(examples[0].output, ::testing::ElementsAre("x"));
  EXPECT_EQ(examples[1].line, 5);
}

}  // namespace
}  // namespace muster::testing
