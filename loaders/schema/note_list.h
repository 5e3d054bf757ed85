// Notes on a schema: a few of each kind.
#ifndef MUSTER_LOADERS_SCHEMA_NOTE_LIST_H_
#define MUSTER_LOADERS_SCHEMA_NOTE_LIST_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace muster::loaders {

// In the order in which they are told.
enum class NoteKind : uint8_t {
  kMemberId,
  kExisting,  // taken from the catalogue
  kConflict,  // doesn't fit the catalogue
  kMulti,     // for repeated members
  kMissing,   // texts
  kKeptText,  // texts
  kSpoiled,   // no number, no time
  kLetter,    // no flag
  kRenamed,
  kLeftOut,
};

// Gathers sentences by kind. Of each kind the first three are told, and how many more columns, or texts,
// there are. A plain value.
class NoteList {
 public:
  void Add(NoteKind kind, std::string note);
  std::vector<std::string> Sentences() const;

 private:
  struct Kind {
    std::vector<std::string> first;
    uint64_t count = 0;
  };
  std::map<NoteKind, Kind> kinds_;
};

// 'a', 'b' and 'c': the first three in quotes, and how many more.
std::string QuotedNames(const std::vector<std::string>& names);

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SCHEMA_NOTE_LIST_H_
