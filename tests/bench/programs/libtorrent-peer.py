"""libtorrent-peer.py send|receive TORRENT FOLDER ADDRESS PORT: one peer, set up for speed; prints "complete"."""

import sys
import libtorrent

role, torrent, folder, address, port = sys.argv[1:]

session = libtorrent.session({
    "listen_interfaces": f"{address}:{port}",
    # Readers are found through the tracker alone, and dialled over TCP, in the clear, as soon as they are known.
    "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
    "enable_outgoing_utp": False, "enable_incoming_utp": False,
    "out_enc_policy": 2, "in_enc_policy": 2,
    "allow_multiple_connections_per_ip": True, "connection_speed": 500, "min_reconnect_time": 1,
    # Deep queues and large buffers: what its manual advises for fast networks.
    "max_out_request_queue": 1500, "max_allowed_in_request_queue": 4000, "request_queue_time": 3,
    "send_buffer_watermark": 4 << 20, "send_buffer_low_watermark": 512 << 10, "send_buffer_watermark_factor": 150,
    "max_queued_disk_bytes": 32 << 20, "file_pool_size": 500, "aio_threads": 8, "hashing_threads": 2,
    "mixed_mode_algorithm": 0, "tick_interval": 100,
    "alert_mask": int(libtorrent.alert.category_t.status_notification | libtorrent.alert.category_t.storage_notification),
})
wanted = libtorrent.add_torrent_params()
wanted.ti = libtorrent.torrent_info(torrent)
wanted.save_path = folder
wanted.storage_mode = libtorrent.storage_mode_t.storage_mode_sparse
wanted.flags = libtorrent.torrent_flags.seed_mode if role == "send" else libtorrent.torrent_flags.update_subscribe
session.add_torrent(wanted)
while True:
    session.wait_for_alert(60_000)
    for alert in session.pop_alerts():
        # Finished means verified: the last pieces may still wait to be written.
        if isinstance(alert, libtorrent.torrent_finished_alert):
            alert.handle.flush_cache()
        if isinstance(alert, libtorrent.cache_flushed_alert):
            print("complete", flush=True)
