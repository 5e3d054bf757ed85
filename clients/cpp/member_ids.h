// The ids of a page or of a stream's message.
#ifndef MUSTER_CLIENTS_CPP_MEMBER_IDS_H_
#define MUSTER_CLIENTS_CPP_MEMBER_IDS_H_

#include <algorithm>
#include <string_view>
#include <vector>

#include "muster/v1/member.pb.h"

namespace muster::client {

// The ids one by one, in order. They point into `ids`, which outlives them.
inline std::vector<std::string_view> IdsOf(const v1::MemberIds& ids) {
  std::vector<std::string_view> single;
  single.reserve(std::min<size_t>(ids.count(), ids.lines().size()));
  std::string_view rest = ids.lines();
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    single.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return single;
}

}  // namespace muster::client

#endif  // MUSTER_CLIENTS_CPP_MEMBER_IDS_H_
