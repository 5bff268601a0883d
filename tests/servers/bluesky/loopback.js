// Every server that the real packages open listens on this machine only: by default they listen to the whole network.
'use strict';
const { Server } = require('node:net');
const listen = Server.prototype.listen;
Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'object' && first !== null && 'port' in first) {
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest);
  }
  if (typeof first === 'number' || typeof first === 'string') {
    const others = rest.filter((one) => typeof one === 'function');
    return listen.call(this, { port: Number(first), host: '127.0.0.1' }, ...others);
  }
  return listen.call(this, first, ...rest);
};
