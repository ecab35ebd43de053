/* SPDX-License-Identifier: MIT */
/* write-forever FILE NAME: records small packets at 200 a second until it is killed, and prints the
 * number of the last one that the writer said was stored, each time that it grows. */
#include "store-support.h"

#include <poll.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    LeatStoreWriter *writer;
    int64_t told = 0;

    g_assert_cmpint(argc, ==, 3);
    writer = start_writer(argv[1], argv[2], true);
    for (int64_t seq = 0;; seq++) {
        LeatLedger ledger = make_ledger(seq + 1);
        LeatLoss loss = {.reason = "made up", .first = 0, .last = seq / 7, .count = seq / 7 + 1};
        int64_t stored;

        /* In flight, as a live ledger is: the writer must settle it. */
        ledger.capture_lost = loss.count;
        ledger.captured = seq + 20 + loss.count;
        ledger.record.offered += 5;
        add_packets(writer, seq, seq, 3000);
        leat_store_writer_set_ledger(writer, &ledger, &loss, 0, 1);
        stored = leat_store_writer_progress(writer).stored;
        if (stored > told) {
            told = stored;
            printf("%" G_GINT64_FORMAT "\n", told);
            fflush(stdout);
        }
        poll(NULL, 0, 5);
    }
}
