// What a member id may be (docs/semantics.md, rules 3 and 15).
#ifndef MUSTER_INDEX_DICTIONARY_MEMBER_ID_CHECK_H_
#define MUSTER_INDEX_DICTIONARY_MEMBER_ID_CHECK_H_

#include <optional>
#include <string>
#include <string_view>

namespace muster::index {

// Why a text is no member id. A plain value.
struct MemberIdFault {
  bool is_text = false;  // its bytes are none of a text: no UTF-8, or NUL among them
  std::string why;       // a sentence: "the member id is empty"
};

// Nothing for a text that can be a member id. White space at its ends is part of it.
std::optional<MemberIdFault> FaultOfMemberId(std::string_view id);

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_MEMBER_ID_CHECK_H_
