// Text for proto3's `string` fields, which must be UTF-8: a client's parser refuses the whole message
// otherwise.
#ifndef MUSTER_SERVER_WIRE_WIRE_TEXT_H_
#define MUSTER_SERVER_WIRE_WIRE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace muster::server {

// `text` with U+FFFD in place of every byte that isn't part of valid UTF-8.
std::string MendUtf8(std::string_view text);

// At most `max_bytes` of `text` (which is UTF-8), cut between characters and ended with `…` where something
// was cut. REQUIRES: max_bytes ≥ 3.
std::string Cut(std::string text, size_t max_bytes);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_WIRE_TEXT_H_
