#include "server/lifecycle/settings.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/lifecycle/verify_mode.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;

// The result of a command line: settings, or an exit code and the printed text.
struct Outcome {
  std::variant<Settings, int> read;
  std::string out;
  std::string err;
  const Settings& settings() const { return std::get<Settings>(read); }
  int exit_code() const { return std::holds_alternative<int>(read) ? std::get<int>(read) : -1; }
};

Outcome Read(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "musterd");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Outcome outcome{ReadSettings(static_cast<int>(arguments.size()), argv.data()), "", ""};
  outcome.out = ::testing::internal::GetCapturedStdout();
  outcome.err = ::testing::internal::GetCapturedStderr();
  return outcome;
}

class SettingsTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(file_); }
  std::string File(const std::string& text) {
    std::ofstream(file_) << text;
    return file_;
  }
  const std::string file_ = ::testing::TempDir() + "/musterd_settings_" +
                            ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".yaml";
};

TEST_F(SettingsTest, Defaults) {
  const Outcome outcome = Read({"--data", "d"});
  ASSERT_TRUE(std::holds_alternative<Settings>(outcome.read)) << outcome.err;
  EXPECT_EQ(outcome.settings().data, "d");
  EXPECT_EQ(outcome.settings().listen, "127.0.0.1:7070");
  EXPECT_GE(outcome.settings().threads, 2);
  EXPECT_EQ(outcome.settings().map_size, size_t{64} << 30);
  EXPECT_EQ(outcome.settings().max_connections, 4'096);
  EXPECT_EQ(outcome.settings().max_calls, 16'384);
  EXPECT_FALSE(outcome.settings().insecure);
  EXPECT_EQ(outcome.out, "");
}

TEST_F(SettingsTest, EveryFlag) {
  const Outcome outcome = Read({"--data", "d", "--listen", "0.0.0.0:0", "--insecure", "--threads", "7",
                                "--map-size", "8589934592", "--log-level", "off"});
  ASSERT_TRUE(std::holds_alternative<Settings>(outcome.read)) << outcome.err;
  EXPECT_EQ(outcome.settings().listen, "0.0.0.0:0");
  EXPECT_EQ(outcome.settings().threads, 7);
  EXPECT_EQ(outcome.settings().map_size, size_t{8} << 30);
  EXPECT_TRUE(outcome.settings().insecure);
  EXPECT_EQ(outcome.settings().log_level, "off");
  EXPECT_EQ(Read({"--data", "d", "--map-size", "16GiB"}).settings().map_size, size_t{16} << 30);
  EXPECT_EQ(Read({"--data", "d"}).settings().umask, 077u);
  EXPECT_EQ(Read({"--data", "d", "--umask", "0027"}).settings().umask, 027u);
  EXPECT_EQ(Read({"--data", "d"}).settings().load_memory, size_t{1} << 30);
  EXPECT_EQ(Read({"--data", "d", "--load-memory", "512MiB"}).settings().load_memory, size_t{512} << 20);
}

TEST_F(SettingsTest, AFileSetsWhatFlagsDoNot) {
  const std::string file =
      File("data: from-file   # a comment\nthreads: 5\nmap-size: 32GiB\ninsecure: true\n");
  const Outcome outcome = Read({"--config", file, "--threads", "3"});
  ASSERT_TRUE(std::holds_alternative<Settings>(outcome.read)) << outcome.err;
  EXPECT_EQ(outcome.settings().data, "from-file");
  EXPECT_EQ(outcome.settings().threads, 3);
  EXPECT_EQ(outcome.settings().map_size, size_t{32} << 30);
  EXPECT_TRUE(outcome.settings().insecure);
  EXPECT_FALSE(Read({"--config", File("data: d\ninsecure: false\n")}).settings().insecure);
  EXPECT_EQ(Read({"--data", "d", "--config", File("")}).settings().data, "d");
}

TEST_F(SettingsTest, WrongUsageIsTwoAndSaysWhat) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "--data"},
      {{"--data", "d", "--nonsense"}, "--nonsense"},
      {{"--data", "d", "--threads", "0"}, "--threads"},
      {{"--data", "d", "--threads", "2"}, "--threads: '2' is no whole number from 3 to 256"},
      {{"--data", "d", "--threads", "many"}, "--threads"},
      {{"--data", "d", "--map-size", "1KiB"},
       "--map-size: 1024 bytes are out of range; write a size from 16MiB to 64TiB"},
      {{"--data", "d", "--load-memory", "1MiB"}, "--load-memory"},
      {{"--data", "d", "--log-level", "loud"}, "--log-level"},
      {{"--data", "d", "--umask", "777"}, "no umask"},
      {{"--data", "d", "--umask", "08"}, "no umask"},
      {{"--data", "d", "--config", "no/such/file.yaml"}, "no/such/file.yaml"},
      {{"--data", "d", "--listen", "7070"}, "HOST:PORT"},
      {{"--data", "d", "--listen", "127.0.0.1:70000"}, "HOST:PORT"},
      {{"--data", "d", "--listen", "::1:7070"}, "HOST:PORT"},
      {{"--data", "d", "--listen", "0.0.0.0:7070"}, "--insecure"},
      {{"--data", "d", "--listen", "unix:"}, "names no file"},
      {{"--data", "d", "--listen", "127.0.0.1.example.com:7070"}, "--insecure"},
      {{"--data", "d", "--listn", "x:1"}, "`musterd` has no option --listn; did you mean '--listen'?"},
      {{"--data", "d", "--port", "7070"},
       "there is no option --port; the address and port are one, as in --listen 127.0.0.1:7070"},
      {{"--data", "d", "--port=7070"}, "there is no option --port;"},
      {{"--data", "d", "serve"}, "`musterd` has no place for 'serve'"},
      {{"--data", "d", "--config", File("data: d\nthread: 5\n")}, "', line 2: there is no setting `thread`"},
  };
  for (const auto& [arguments, sentence] : cases) {
    const Outcome outcome = Read(arguments);
    EXPECT_EQ(outcome.exit_code(), kExitUsage) << sentence;
    EXPECT_THAT(outcome.err, HasSubstr(sentence));
    EXPECT_THAT(outcome.err, HasSubstr("musterd: "));
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(SettingsTest, AFileThatIsNotSettingsIsRefused) {
  for (const char* text :
       {"data: [a, b]\n", "- data\n", "data: {a: b}\n", "data: [open\n", "config: other.yaml\n"}) {
    const Outcome outcome = Read({"--data", "d", "--config", File(text)});
    EXPECT_EQ(outcome.exit_code(), kExitUsage) << text;
    EXPECT_THAT(outcome.err, HasSubstr("musterd: '" + file_ + "', line ")) << text;
  }
}

TEST_F(SettingsTest, AFileAnswersForItsLines) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"data: d\nlisten: 127.0.0.1:1\ndata: e\n", "', line 3: the setting `data` is there twice; keep one"},
      {"data: d\nthreads: 0\n", "', line 2: threads: "},
      {"threads: many\ndata: d\n", "', line 1: "},
      {"data: d\nlisten: 7070\n", "', line 2: listen `7070` is not HOST:PORT"},
      {"data: d\n\nlisten: 0.0.0.0:7070\n", "', line 3: listen 0.0.0.0:7070 would serve other machines"},
  };
  for (const auto& [text, sentence] : cases) {
    const Outcome outcome = Read({"--config", File(text)});
    EXPECT_EQ(outcome.exit_code(), kExitUsage) << text;
    EXPECT_THAT(outcome.err, HasSubstr("musterd: '" + file_ + sentence)) << text;
  }
  // What a flag says is not the file's doing.
  const Outcome flag = Read({"--listen", "7070", "--config", File("data: d\nlisten: 127.0.0.1:1\n")});
  EXPECT_EQ(flag.exit_code(), kExitUsage);
  EXPECT_THAT(flag.err, HasSubstr("musterd: --listen `7070`"));
  const Outcome wide = Read({"--listen", "0.0.0.0:1", "--config", File("data: d\ninsecure: false\n")});
  EXPECT_THAT(wide.err, HasSubstr("musterd: --listen 0.0.0.0:1 would"));
}

TEST_F(SettingsTest, LoopbackNeedsNoFlag) {
  for (const char* address : {"localhost:1", "127.0.0.53:7070", "[::1]:7070"}) {
    EXPECT_TRUE(std::holds_alternative<Settings>(Read({"--data", "d", "--listen", address}).read)) << address;
  }
}

TEST_F(SettingsTest, HelpAndVersionGoToStdout) {
  const Outcome help = Read({"--help"});
  EXPECT_EQ(help.exit_code(), 0);
  for (const char* flag :
       {"--data", "--listen", "--config", "--threads", "--map-size", "--load-memory", "--insecure"}) {
    EXPECT_THAT(help.out, HasSubstr(flag));
  }
  for (const absl::string_view line : absl::StrSplit(help.out, '\n')) EXPECT_LE(line.size(), 80u) << line;
  const Outcome version = Read({"--version"});
  EXPECT_EQ(version.exit_code(), 0);
  EXPECT_THAT(version.out, ::testing::MatchesRegex("musterd [0-9.]+\n"));
}

TEST(VerifyMode, HelpFitsATerminal) {
  std::vector<std::string> words = {"musterd", "verify", "--help"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(RunVerify(static_cast<int>(words.size()), argv.data()), 0);
  const std::string help = ::testing::internal::GetCapturedStdout();
  EXPECT_THAT(help, HasSubstr("--population NAME"));
  for (const absl::string_view line : absl::StrSplit(help, '\n')) EXPECT_LE(line.size(), 80u) << line;
}

}  // namespace
}  // namespace muster::server
