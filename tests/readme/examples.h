// The examples of a Markdown page: commands after `$ ` in fenced blocks, and what they print.
#ifndef MUSTER_TESTS_README_EXAMPLES_H_
#define MUSTER_TESTS_README_EXAMPLES_H_

#include <string>
#include <vector>

namespace muster::testing {

// One command of a page. A plain value.
struct Example {
  int line = 0;                     // of the page, where the command stands, from 1
  std::string command;              // without `$ `
  std::vector<std::string> output;  // the lines below it, up to the next command or the block's end
};

// All examples of `page`, in its order.
std::vector<Example> ExamplesOf(const std::string& page);

// `line` without what differs from run to run: the label that a load makes up, today's date, opaque tokens,
// and times. Runs of spaces become one, because a table's columns are as wide as its times.
std::string Comparable(std::string line);

// The opaque tokens in `text`, in its order.
std::vector<std::string> TokensIn(const std::string& text);

}  // namespace muster::testing

#endif  // MUSTER_TESTS_README_EXAMPLES_H_
