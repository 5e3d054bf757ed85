// A test that runs command lines against a server that answers from memory.
#ifndef MUSTER_TESTS_CLIENTS_CLI_COMMAND_TEST_H_
#define MUSTER_TESTS_CLIENTS_CLI_COMMAND_TEST_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/invocation.h"
#include "tests/clients/cpp/recorded_server.h"

namespace muster::cli {

// The server, what the last command wrote, and a folder that goes with the test.
class CommandTest : public testing::Test {
 protected:
  CommandTest() : folder_(std::filesystem::path(testing::TempDir()) / absl::StrCat("muster-cli-", getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~CommandTest() override { std::filesystem::remove_all(folder_); }

  // Runs a command line against the server and keeps what it writes. Returns the exit code.
  // `at_a_terminal`: a person can be asked, and answers `input`.
  int Muster(std::vector<const char*> arguments, const std::string& input = "", bool at_a_terminal = false) {
    arguments.insert(arguments.begin(), "muster");
    std::ostringstream out, err;
    std::istringstream in(input);
    Invocation run = {.terminal = {out, err, false},
                      .in = in,
                      .in_is_terminal = at_a_terminal,
                      .server = server_.address()};
    const int code = cli::Run(static_cast<int>(arguments.size()), arguments.data(), run);
    out_ = out.str();
    err_ = err.str();
    return code;
  }

  std::string Path(const char* name) const { return (folder_ / name).string(); }

  client::RecordedServer server_;
  const std::filesystem::path folder_;
  std::string out_, err_;
};

}  // namespace muster::cli

#endif  // MUSTER_TESTS_CLIENTS_CLI_COMMAND_TEST_H_
