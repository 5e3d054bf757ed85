// Frames as clients and servers send them.
#ifndef MUSTER_TESTS_SERVER_TRANSPORT_FRAMES_H_
#define MUSTER_TESTS_SERVER_TRANSPORT_FRAMES_H_

#include <cstdint>
#include <string>

#include "server/transport/frame_walker.h"

namespace muster::server {

inline const std::string kClientPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

inline std::string Frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload = "") {
  std::string frame;
  for (const int shift : {16, 8, 0}) frame += static_cast<char>(payload.size() >> shift);
  frame += static_cast<char>(type);
  frame += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>(stream >> shift);
  return frame + payload;
}

}  // namespace muster::server

#endif  // MUSTER_TESTS_SERVER_TRANSPORT_FRAMES_H_
