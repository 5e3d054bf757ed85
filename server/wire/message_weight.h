// Estimates how much memory a parsed message would take, from its bytes.
#ifndef MUSTER_SERVER_WIRE_MESSAGE_WEIGHT_H_
#define MUSTER_SERVER_WIRE_MESSAGE_WEIGHT_H_

#include <cstdint>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/zero_copy_stream.h"

namespace muster::server {

// An estimate of the bytes that protobuf's objects would take: two bytes on the wire can become a hundred (an
// empty message in a repeated field). Reads the key of each field and no text, and stops above `most`. For
// bytes that are not a message, the weight of the valid part; protobuf refuses them.
uint64_t ParsedWeight(google::protobuf::io::ZeroCopyInputStream& bytes,
                      const google::protobuf::Descriptor& type, uint64_t most);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_MESSAGE_WEIGHT_H_
