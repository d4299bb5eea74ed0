//! A network that stops carrying data.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// A network between the server and its database that can silently stop carrying data.
pub struct Network {
    pub address: SocketAddr,
    pub is_frozen: Arc<AtomicBool>,
}

impl Network {
    pub fn to(server: SocketAddr) -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").unwrap(), server)
    }

    pub fn listen(listener: TcpListener, server: SocketAddr) -> Self {
        let network = Self { address: listener.local_addr().unwrap(), is_frozen: Arc::default() };
        let is_frozen = network.is_frozen.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(server).unwrap();
                for (mut from, mut to) in [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)]
                {
                    let is_frozen = is_frozen.clone();
                    thread::spawn(move || {
                        let mut buffer = [0; 16 * 1024];
                        while let Ok(length @ 1..) = from.read(&mut buffer) {
                            while is_frozen.load(Ordering::SeqCst) {
                                thread::sleep(Duration::from_millis(5));
                            }
                            if to.write_all(&buffer[..length]).is_err() {
                                break;
                            }
                        }
                        drop(to.shutdown(Shutdown::Both));
                    });
                }
            }
        });
        network
    }
}
