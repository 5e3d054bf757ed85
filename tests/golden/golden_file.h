// Reads and writes tables of cases as text. The input of a case is on lines that begin with `> `, its output
// on the lines below, up to an empty line. `#` begins a comment line.
#ifndef MUSTER_TESTS_GOLDEN_GOLDEN_FILE_H_
#define MUSTER_TESTS_GOLDEN_GOLDEN_FILE_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/paths.h"

namespace muster::golden {

struct Case {
  int line = 0;          // where it begins in the file
  std::string comments;  // the comment and empty lines before it, as they are
  std::string input;
  std::string expected;
};

inline std::vector<Case> ReadCases(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << "There is no case table " << path;
  std::vector<Case> cases;
  std::string line, comments;
  for (int number = 1; std::getline(file, line); ++number) {
    const bool input = line.rfind("> ", 0) == 0 || line == ">";
    const bool inside = !cases.empty() && comments.empty();
    if (input && inside && cases.back().expected.empty()) {
      cases.back().input += "\n" + line.substr(line.size() > 1 ? 2 : 1);
    } else if (input) {
      cases.push_back({number, comments, line.substr(line.size() > 1 ? 2 : 1), ""});
      comments.clear();
    } else if (line.empty() || line[0] == '#' || cases.empty()) {
      comments += line + "\n";
    } else {
      cases.back().expected += line + "\n";
    }
  }
  return cases;
}

// Runs every case of tests/golden/NAME through `answer`, whose text ends with a line end. With
// MUSTER_UPDATE_GOLDEN set the file is rewritten with what came out, for a person to read through.
inline void CheckCases(const std::string& name,
                       const std::function<std::string(const std::string&)>& answer) {
  const std::string path = std::string(MUSTER_SOURCE_DIR) + "/tests/golden/" + name;
  const bool update = std::getenv("MUSTER_UPDATE_GOLDEN") != nullptr;
  std::ostringstream rewritten;
  const std::vector<Case> cases = ReadCases(path);
  EXPECT_GT(cases.size(), 10u) << path;
  for (const Case& one : cases) {
    const std::string actual = answer(one.input);
    if (!update) {
      EXPECT_EQ(actual, one.expected) << path << ":" << one.line << "\n" << one.input;
    }
    rewritten << one.comments;
    std::istringstream lines(one.input);
    std::string line;
    bool any = false;
    for (; std::getline(lines, line); any = true) rewritten << (line.empty() ? ">" : "> ") << line << "\n";
    if (!any) rewritten << ">\n";
    rewritten << actual;
  }
  if (update) std::ofstream(path) << rewritten.str();
}

}  // namespace muster::golden

#endif  // MUSTER_TESTS_GOLDEN_GOLDEN_FILE_H_
