// The messages of StreamMembers that hold members, serialised without a copy of what they list.
#ifndef MUSTER_SERVER_WIRE_LISTED_MEMBERS_H_
#define MUSTER_SERVER_WIRE_LISTED_MEMBERS_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace muster::server {

// A serialised v1::StreamMembersResponse is `head` and then `body`, which is the ids or the part of the bitmap
// that it lists. A plain value.
struct ListedMembers {
  std::string head;
  std::string body;
};

// A message with `count` ids. `lines`: as v1::MemberIds::lines.
ListedMembers ListIds(uint32_t count, std::string lines);
// A message with the next bytes of a bitmap.
ListedMembers ListBitmap(std::string bytes);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_LISTED_MEMBERS_H_
