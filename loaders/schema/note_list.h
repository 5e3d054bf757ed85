// Notes on a schema: a few of each kind.
#ifndef MUSTER_LOADERS_SCHEMA_NOTE_LIST_H_
#define MUSTER_LOADERS_SCHEMA_NOTE_LIST_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace muster::loaders {

// In the order of output.
enum class NoteKind : uint8_t {
  kMemberId,
  kExisting,  // taken from the catalogue
  kConflict,  // contradicts the catalogue
  kMulti,     // for repeated members
  kMissing,   // texts that mean "no value"
  kKeptText,  // texts that are kept as values
  kSpoiled,   // a cell keeps the column from being numbers or times
  kLetter,    // a letter that may mean a flag
  kRenamed,
  kLeftOut,
};

// Collects sentences by kind. Of each kind it returns the first three, and the names of further columns or
// their number; a single further one is returned as well. A plain value.
class NoteList {
 public:
  // `column`: the name of the column that the note is about; empty if it is about others.
  void Add(NoteKind kind, std::string note, const std::string& column = "");
  std::vector<std::string> Sentences() const;

 private:
  struct Kind {
    std::vector<std::string> first;
    std::vector<std::string> further;  // names
    uint64_t count = 0;
  };
  std::map<NoteKind, Kind> kinds_;
};

// 'a', 'b' and 'c': the first three in quotes, and the number of the rest.
std::string QuotedNames(const std::vector<std::string>& names);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_NOTE_LIST_H_
