// What a finding of a verification is about.
#ifndef MUSTER_INDEX_STORAGE_SUBJECT_H_
#define MUSTER_INDEX_STORAGE_SUBJECT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace muster::index {

// A plain value. Storage knows tags, stores and edges by numbers only; RecordOwners finds their names.
struct Subject {
  enum class Kind : uint8_t { kNone, kEveryone, kTag, kIdList, kSalt, kSegment, kStore, kEdge };

  Kind kind = Kind::kNone;
  uint32_t number = 0;  // of a tag, a store or an edge
  std::string name;  // of a tag, an id list, a salt or a segment; of a tag empty if only its number is known

  static Subject OfTag(uint32_t id) { return {Kind::kTag, id, ""}; }
  static Subject OfStore(uint32_t id) { return {Kind::kStore, id, ""}; }
  static Subject OfEdge(uint32_t id) { return {Kind::kEdge, id, ""}; }
  static Subject OfIdList(std::string_view name) { return {Kind::kIdList, 0, std::string(name)}; }
  static Subject OfSalt(std::string_view name) { return {Kind::kSalt, 0, std::string(name)}; }
  static Subject OfSegment(std::string_view name) { return {Kind::kSegment, 0, std::string(name)}; }

  friend bool operator==(const Subject&, const Subject&) = default;
};

// "tag 'city'", "tag 7", "everyone", "store 3"; empty for kNone.
std::string SubjectText(const Subject& subject);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_SUBJECT_H_
