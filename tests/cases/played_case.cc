#include "tests/cases/played_case.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "tests/paths.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;

// Stands in for the program: keeps what came of each call in files named by its number, and passes it on.
constexpr char kRecordingMuster[] =
    "calls=0\n"
    "muster() {\n"
    "  calls=$((calls + 1))\n"
    "  \"$MUSTER_PROGRAM\" \"$@\" >\"$MUSTER_CALLS/$calls.out\" 2>\"$MUSTER_CALLS/$calls.err\"\n"
    "  code=$?\n"
    "  echo $code >\"$MUSTER_CALLS/$calls.code\"\n"
    "  cat \"$MUSTER_CALLS/$calls.out\"\n"
    "  cat \"$MUSTER_CALLS/$calls.err\" >&2\n"
    "  return $code\n"
    "}\n";

std::string Content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

}  // namespace

std::string CasesFolder() {
  const fs::path folder = fs::path(MUSTER_SOURCE_DIR) / ".." / "shared" / "cases";
  return fs::is_directory(folder) ? folder.string() : "";
}

void CaseTest::SetUp() {
  if (CasesFolder().empty()) GTEST_SKIP() << "the cases are not beside the project";
  server_ = std::make_unique<TinyServer>();
  folder_ = server_->folder() + "/case";
  fs::create_directory(folder_);
}

std::vector<Finished> CaseTest::Play(const std::string& name) {
  const fs::path source = fs::path(CasesFolder()) / name;
  EXPECT_TRUE(fs::is_directory(source)) << "there is no case " << name;
  folder_ = server_->folder() + "/" + name;
  fs::copy(source, folder_, fs::copy_options::recursive);
  return PlayLines(Content(source / "command"));
}

std::vector<Finished> CaseTest::PlayLines(const std::string& commands) {
  const fs::path calls_folder = server_->folder() + "/calls";
  fs::remove_all(calls_folder);
  fs::create_directory(calls_folder);
  testing::Run("/bin/sh",
               {"-c", absl::StrCat(kRecordingMuster, "cd '", folder_, "' || exit\n", commands, "\n")}, "",
               {absl::StrCat("MUSTER_SERVER=", server_->address()),
                absl::StrCat("MUSTER_PROGRAM=", MUSTER_BIN_DIR, "/muster"),
                absl::StrCat("MUSTER_CALLS=", calls_folder.string())});
  std::vector<Finished> calls;
  for (int number = 1; fs::exists(calls_folder / absl::StrCat(number, ".code")); ++number) {
    const fs::path call = calls_folder / absl::StrCat(number);
    Finished finished = {.out = Content(call.string() + ".out"), .err = Content(call.string() + ".err")};
    if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(Content(call.string() + ".code")), &finished.exit_code))
      finished.exit_code = -1;
    calls.push_back(std::move(finished));
  }
  EXPECT_FALSE(calls.empty()) << "no call of muster in: " << commands;
  return calls;
}

std::string CaseTest::IdsOf(const std::string& population, const std::string& expression) const {
  const Finished members = server_->Cli({"members", "-p", population, expression});
  if (members.exit_code != 0) return absl::StrCat("(exit ", members.exit_code, ") ", members.err);
  return absl::StrJoin(LinesOf(members.out), " ");
}

}  // namespace muster::testing
