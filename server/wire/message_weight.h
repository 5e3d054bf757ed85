// What a message would take in memory, told from its bytes.
#ifndef MUSTER_SERVER_WIRE_MESSAGE_WEIGHT_H_
#define MUSTER_SERVER_WIRE_MESSAGE_WEIGHT_H_

#include <cstdint>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/zero_copy_stream.h"

namespace muster::server {

// About how many bytes protobuf's objects would take for these bytes: two bytes on the wire can become a
// hundred (an empty message in a list of messages). Looks at each field's key and at no text, and stops above
// `most`. Bytes that are no message weigh what comes before they go wrong; protobuf refuses them.
uint64_t ParsedWeight(google::protobuf::io::ZeroCopyInputStream& bytes,
                      const google::protobuf::Descriptor& type, uint64_t most);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_MESSAGE_WEIGHT_H_
