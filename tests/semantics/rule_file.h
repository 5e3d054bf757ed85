// Reads the data files rule_NN.test: cases of a rule of docs/semantics.md, as text that needs no C++ to read.
//
//   # A comment.
//   case A member without the tag is in neither comparison
//   schema                          the YAML of the loads from here on
//     tags: [{name: city, kind: SINGLE}]
//   records                         the CSV of the next loads; its id column is `id`
//     id,city
//     a,X
//     b,
//   load --max-rejected 0.5         must succeed; `load refused` must exit with 1
//   list l --replace                ids, loaded as the id list `l`; `list refused l` must exit with 1
//     a
//   says 1 rejected                 the last load's output has this text; `says not` the opposite
//   select                          rows `EXPRESSION => IDS`, in ordinal order
//     city != 'X' => (none)
//   refuse UNKNOWN_TAG              rows `EXPRESSION => WORDS of the error`
//     citty = 'X' => city
//   warn UNKNOWN_VALUE              rows `EXPRESSION => WORDS of the only warning`
//   count                           rows `EXPRESSION => NUMBER`
//   canonical                       rows `EXPRESSION => CANONICAL TEXT`
//   profile                         rows `MEMBER ID => tag=value,value|tag=…`
//   cells                           rows `CELL => VALUE of the tag t`, in a population of their own; (none):
//                                   the record is rejected
//   restart                         the server is stopped and started again
//
// Every case starts with the schema and records before the first case. The lines of a block are indented by
// two spaces. `escaped` after schema, records or cells, or as the last word of another block's line, makes
// \n \r \t \\ and \xHH stand for their bytes; the lines of an escaped text are joined without line feeds.
#ifndef MUSTER_TESTS_SEMANTICS_RULE_FILE_H_
#define MUSTER_TESTS_SEMANTICS_RULE_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::testing {

// One row of a block: the input and the expected output, split at the last ` => `.
struct RuleRow {
  int line = 0;
  std::string asked;
  std::string expected;  // empty for (none)
};

struct RuleStep {
  int line = 0;  // where it begins, from 1
  std::string verb;
  std::string argument;       // the rest of its line
  std::string text;           // of schema and records
  std::vector<RuleRow> rows;  // of all others
};

struct RuleCase {
  int line = 0;
  std::string name;
  std::vector<RuleStep> steps;
};

// INVALID_ARGUMENT, with the line: an unknown verb, a row without ` => `, a step outside a case, a block
// without content, a bad escape.
absl::StatusOr<std::vector<RuleCase>> ReadRuleFile(absl::string_view text);

}  // namespace muster::testing

#endif  // MUSTER_TESTS_SEMANTICS_RULE_FILE_H_
