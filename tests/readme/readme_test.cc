// README.md's examples do what it says: every command is run in a folder of its own, and its output compared.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
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

// A reader who types README's commands one after another. Its servers listen on free ports and its files lie
// in a folder of their own: commands and output are translated. Not thread-safe.
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
    ASSERT_EQ(Run("muster", {"generate", "shop", "--members", "1000000", "--output", file}).exit_code, 0);
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

TEST(Readme, ExamplesPrintWhatItSays) {
  const std::vector<Example> examples = ExamplesOf(ReadFile(fs::path(MUSTER_SOURCE_DIR) / "README.md"));
  ASSERT_GT(examples.size(), 10u);
  Reader reader;
  for (const Example& example : examples) {
    std::vector<std::string> expected, printed;
    for (const std::string& line : example.output) expected.push_back(Comparable(line));
    for (const std::string& line : reader.Type(example)) printed.push_back(Comparable(line));
    EXPECT_EQ(absl::StrJoin(printed, "\n"), absl::StrJoin(expected, "\n"))
        << "README.md, line " << example.line << ": " << example.command;
  }
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
